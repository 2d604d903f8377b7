// Machine files: a flat JSON object over a row of the table.
//
// Read as events rather than as a tree, because a tree has lost where a key stood and that a
// key came twice.
#include "runtime/base/File.h"
#include "runtime/target/Machine.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace neuron::target {
namespace {

using Json = nlohmann::json;

/// What a machine file may hold: keys with a number or a string.
struct Entry {
  std::string key;
  std::optional<uint64_t> number;
  std::string text;
};

/// Collects the entries of a flat object; stops at the first thing that is not one.
class EntryReader final : public nlohmann::json_sax<Json> {
public:
  std::vector<Entry> entries;
  std::string problem;
  size_t problemOffset = 0;

  bool null() override { return refuse("null"); }
  bool boolean(bool) override { return refuse("a boolean"); }
  bool number_integer(number_integer_t) override { return refuse("a negative number"); }
  bool number_float(number_float_t, const string_t &) override { return refuse("a fraction"); }
  bool binary(binary_t &) override { return refuse("binary data"); }
  bool start_array(size_t) override { return refuse("a list"); }
  bool end_array() override { return true; }
  bool end_object() override { return true; }
  bool start_object(size_t) override { return depth++ == 0 || refuse("an object"); }
  bool key(string_t &name) override {
    // Every parameter, name and base once: more are repeated or unknown.
    if (entries.size() > kNumParams + 2)
      return stop("more keys than a machine has");
    entries.push_back({name, {}, {}});
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (entries.empty())
      return refuse("a number");
    entries.back().number = value;
    return true;
  }
  bool string(string_t &value) override {
    if (entries.empty())
      return refuse("a string");
    entries.back().text = value;
    return true;
  }
  bool parse_error(size_t position, const std::string &token,
                   const nlohmann::detail::exception &) override {
    problem = "not JSON at '" + token + "'";
    problemOffset = position;
    return false;
  }

private:
  int depth = 0;

  bool refuse(const char *what) {
    return stop(entries.empty() ? std::string("found ") + what + ", expected an object"
                                : formatText("\"%s\" is %s, expected a number",
                                             entries.back().key.c_str(), what));
  }
  bool stop(std::string what) {
    problem = std::move(what);
    return false;
  }
};

/// "place:line:column" of an offset.
std::string locate(std::string_view text, const std::string &place, size_t offset) {
  size_t line = 1, column = 1;
  for (size_t i = 0; i < offset && i < text.size(); ++i) {
    column = text[i] == '\n' ? 1 : column + 1;
    line += text[i] == '\n';
  }
  return formatText("%s:%zu:%zu", place.c_str(), line, column);
}

/// Where a key stands; the last time it stands there.
std::string locateKey(std::string_view text, const std::string &place, const std::string &key) {
  size_t offset = text.rfind("\"" + key + "\"");
  return locate(text, place, offset == std::string_view::npos ? 0 : offset);
}

Status setParam(Machine &machine, const Entry &entry) {
  for (unsigned p = 0; p < kNumParams; ++p) {
    const ParamFacts &param = params()[p];
    if (entry.key != param.name)
      continue;
    if (!entry.number)
      return Status::error(ErrorCode::InvalidArgument, "\"%s\" is a string, expected a number",
                           param.name);
    if (*entry.number < param.least || *entry.number > param.most)
      return Status::error(ErrorCode::InvalidArgument, "%s is %llu, legal are %llu to %llu (%s)",
                           param.name, static_cast<unsigned long long>(*entry.number),
                           static_cast<unsigned long long>(param.least),
                           static_cast<unsigned long long>(param.most), param.unit);
    machine.*param.field = *entry.number;
    machine.kind[p] = ValueKind::Documented;
    return Status::success();
  }
  return Status::error(ErrorCode::InvalidArgument, "no machine parameter is called \"%s\"",
                       entry.key.c_str());
}

std::string stem(const std::string &place) {
  size_t slash = place.rfind('/');
  std::string name = slash == std::string::npos ? place : place.substr(slash + 1);
  return name.substr(0, name.rfind('.'));
}

Result<Machine> fromEntries(const std::vector<Entry> &entries, std::string_view text,
                            const std::string &place) {
  const Machine *base = nullptr;
  std::string name = stem(place);
  for (const Entry &entry : entries) {
    if (entry.key == "name" && entry.number)
      return Status(ErrorCode::InvalidArgument, "\"name\" is a number, expected a string")
          .within(locateKey(text, place, "name"));
    if (entry.key == "name" && !entry.text.empty())
      name = entry.text;
    if (entry.key != "base")
      continue;
    base = findMachine(entry.text);
    if (!base)
      return Status::error(ErrorCode::InvalidArgument, "base \"%s\" is no machine; there are %s",
                           entry.text.c_str(), machineNames().c_str())
          .within(locateKey(text, place, "base"));
  }
  if (!base)
    return Status::error(ErrorCode::InvalidArgument,
                         "%s: no \"base\" to start from; one of %s is expected", place.c_str(),
                         machineNames().c_str());
  Machine machine = *base;
  machine.name = name;
  for (size_t i = 0; i < entries.size(); ++i) {
    for (size_t earlier = 0; earlier < i; ++earlier)
      if (entries[earlier].key == entries[i].key)
        return Status::error(ErrorCode::Malformed, "\"%s\" is stated twice", entries[i].key.c_str())
            .within(locateKey(text, place, entries[i].key));
    if (entries[i].key == "base" || entries[i].key == "name")
      continue;
    if (Status status = setParam(machine, entries[i]); !status.ok())
      return status.within(locateKey(text, place, entries[i].key));
  }
  if (Status status = check(machine); !status.ok())
    return status.within(place);
  return machine;
}

} // namespace

Result<Machine> parseMachine(std::string_view text, const std::string &place) {
  EntryReader reader;
  if (!Json::sax_parse(text.begin(), text.end(), &reader)) {
    std::string where =
        reader.problemOffset || reader.entries.empty()
            ? locate(text, place, reader.problemOffset ? reader.problemOffset - 1 : 0)
            : locateKey(text, place, reader.entries.back().key);
    return Status(ErrorCode::Malformed, reader.problem).within(where);
  }
  return fromEntries(reader.entries, text, place);
}

Result<Machine> loadMachine(const std::string &nameOrPath) {
  if (const Machine *machine = findMachine(nameOrPath))
    return *machine;
  Result<MappedFile> file = MappedFile::open(nameOrPath);
  if (!file.ok())
    return Status(file.status().code(),
                  formatText("no machine is called %s (there are %s), and as a file: %s",
                             nameOrPath.c_str(), machineNames().c_str(),
                             file.status().message().c_str()));
  ByteSpan bytes = file->bytes();
  return parseMachine({reinterpret_cast<const char *>(bytes.data), bytes.size}, nameOrPath);
}

} // namespace neuron::target
