// A run's report beside an earlier one: what changed, and how much of the difference each thing is.
//
// Both sides are read from their JSON, this run's too, so that a saved report loses nothing. What
// both have is compared: the latency, the critical path, engines, layers, bytes by role, and what
// limits the program. Rows of a group that adds up to the latency are sorted by how much they
// contribute to its difference. What only one side has is named.
#pragma once

#include "runtime/base/Status.h"

#include <string>
#include <utility>
#include <vector>

namespace neuron {
class JsonWriter;
}

namespace neuron::sim {

/// Of the keys of a report's JSON; a change of their meaning is another number.
inline constexpr unsigned kReportVersion = 1;

/// The figures of one report that can be compared.
struct ReportFigures {
  using Rows = std::vector<std::pair<std::string, double>>;
  struct Group {
    std::string name; ///< "layers", as in the report
    bool isThere = false;
    Rows rows;
  };
  std::string place; ///< the file's name
  std::string target, machineDigest, model, modelDigest, verdict;
  double latencyUs = 0;
  std::vector<Group> groups; ///< always the same, in the same order

  bool has(std::string_view group) const;
};

/// Reads the JSON of a report; `place` begins messages.
/// Errors: Malformed for text that is no report, VersionMismatch for one of another version.
Result<ReportFigures> readReport(std::string_view text, const std::string &place);
/// The same of a file. Errors: also MissingInput, Io.
Result<ReportFigures> loadReport(const std::string &path);

struct Comparison {
  struct Row {
    std::string name;
    bool isNow = false, wasThen = false; ///< the name is there
    double now = 0, then = 0;
  };
  struct Group {
    std::string name;
    std::vector<Row> rows;
  };
  std::string place; ///< of the other report; "": nothing is compared
  double nowUs = 0, thenUs = 0;
  std::string nowVerdict, thenVerdict;
  std::vector<std::string> differing; ///< another model, another machine
  std::vector<std::string> missing;   ///< what only one side has
  std::vector<Group> groups;
};

Comparison compare(const ReportFigures &now, const ReportFigures &then);

std::string toText(const Comparison &comparison);
/// One object: with, latency_us, differing, not_compared, verdict, and an array a group.
void writeJson(const Comparison &comparison, JsonWriter &json);

} // namespace neuron::sim
