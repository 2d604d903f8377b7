// Text of the report, in Markdown.
#include "tools/bench/calibration/Table.h"

#include <algorithm>
#include <cmath>

namespace neuron::calibration {
namespace {

using kernels::Role;

constexpr double kWorthAWord = 0.1; ///< errors below it are not explained

const char *textOf(Role role) {
  switch (role) {
  case Role::Fitted:
    return "fitted";
  case Role::Prediction:
    return "prediction";
  case Role::Revised:
    return "revised";
  case Role::Informative:
    return "informative";
  case Role::KeptBack:
    return "kept back";
  }
  return "";
}

const char *textOf(target::ValueKind kind) {
  switch (kind) {
  case target::ValueKind::Documented:
    return "documented";
  case target::ValueKind::Measured:
    return "measured";
  case target::ValueKind::Fitted:
    return "fitted";
  case target::ValueKind::Assumed:
    return "assumed";
  }
  return "";
}

/// Four significant digits, without an exponent.
std::string number(double value) {
  int digits = value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
  return formatText("%.*f", digits, value);
}

/// The engines' machines that cases ran on.
std::vector<std::string> machinesOf(const std::vector<Outcome> &outcomes) {
  std::vector<std::string> names;
  for (const Outcome &outcome : outcomes)
    if (std::find(names.begin(), names.end(), outcome.one.machine) == names.end())
      names.push_back(outcome.one.machine);
  return names;
}

std::string rowText(const Outcome &o) {
  double base = static_cast<double>(o.timed->machine().baseMHz);
  std::string published = "-", error = "-";
  if (o.one.role != Role::KeptBack) {
    published = number(o.one.published);
    error = formatText("%+.1f %%", 100 * o.error());
  }
  return formatText("| %s | %s | %s | %s | %s | %s | %s | %.0f | %s |\n", o.one.name.c_str(),
                    o.one.machine.c_str(), published.c_str(), number(o.simulated()).c_str(),
                    o.one.unit.c_str(), error.c_str(), textOf(o.one.role), o.us * base,
                    o.one.source.c_str());
}

std::string residualsText(const std::vector<Outcome> &outcomes) {
  std::string text;
  for (const Outcome &o : outcomes)
    if (!o.one.residual.empty() && std::fabs(o.error()) >= kWorthAWord)
      text += formatText("* %s, %s (%+.1f %%): %s.\n", o.one.name.c_str(), o.one.machine.c_str(),
                         100 * o.error(), o.one.residual.c_str());
  return text.empty() ? text : "\n## What the residuals point to\n\n" + text;
}

/// The cases of the calibration sheet, whose errors have limits.
std::string sheetText(const std::vector<Outcome> &outcomes) {
  std::string text = "\n## The calibration sheet\n\n| case | machine | error | allowed | |\n"
                     "|---|---|---|---|---|\n";
  for (const Outcome &o : outcomes)
    if (o.one.allowed > 0)
      text += formatText("| %s | %s | %+.1f %% | %.0f %% | %s |\n", o.one.name.c_str(),
                         o.one.machine.c_str(), 100 * o.error(), 100 * o.one.allowed,
                         std::fabs(o.error()) <= o.one.allowed ? "kept" : "missed");
  return text;
}

std::string statisticText(const std::vector<Outcome> &outcomes, Role role) {
  Statistic s = statisticOf(outcomes, role);
  if (!s.count)
    return "";
  return formatText("* %s: %u cases, exp(mean |ln(simulated / published)|) - 1 = %.1f %%, worst "
                    "%+.1f %% (%s, %s)\n",
                    textOf(role), s.count, 100 * s.mean, 100 * s.worst,
                    s.worstCase->one.name.c_str(), s.worstCase->one.machine.c_str());
}

/// Parameters that were chosen so that published timings come out, over all machines of cases.
unsigned fittedParameters(const std::vector<Outcome> &outcomes) {
  unsigned count = 0;
  for (const std::string &name : machinesOf(outcomes))
    for (unsigned p = 0; p < target::kNumParams; ++p)
      count += target::findMachine(name)->kind[p] == target::ValueKind::Fitted;
  return count;
}

const char kHead[] = "# Calibration\n\n"
                     "Written by `tools/bench.sh calibration`; a test compares the cases. The "
                     "simulator runs published kernels, written\n"
                     "as programs (`models/kernels`, whose README has the rule by which), against "
                     "the published times.\n\n"
                     "* fitted: the measurement chose a parameter, so agreement says little\n"
                     "* prediction: it chose none, and the program is as it was before its first "
                     "time was seen\n"
                     "* revised: it chose no parameter, but the program's order, slots or what is "
                     "compared changed after a time had\n"
                     "  been seen; the README says what and why. Not evidence as a prediction is\n"
                     "* informative: its description does not determine the program, or it is a "
                     "bound. That attention v3 to v6 are was\n"
                     "  decided after their times had been seen\n"
                     "* kept back: the published number is not in this repository\n\n"
                     "Times of whole programs include the launch where the published ones do. "
                     "`cycles` are those of the base clock.\n\n";

// --- Parameters ------------------------------------------------------------------------------

/// Capacities and shapes are no times: a tenth more of them is another program.
bool isTimed(const target::ParamFacts &param) {
  static const char *const shapes[] = {
      "generation",    "coresPerChip",  "sbufPartitionBytes",    "psumBanks",
      "psumBankBytes", "psumTileBanks", "movingColumnsMax",      "rowTileMin",
      "dmaEngines",    "hbmBytes",      "dmaDynamicOnGpsimdOnly"};
  for (const char *shape : shapes)
    if (std::string(param.name) == shape)
      return false;
  return true;
}

struct Move {
  const Outcome *outcome;
  double percent;
};

/// What the cases of a machine do when a parameter is a tenth larger.
Result<std::vector<Move>> movesOf(const std::vector<Outcome> &outcomes,
                                  const target::Machine &machine, const target::ParamFacts &param) {
  target::Machine other = machine;
  uint64_t &value = other.*param.field;
  bool isFlag = param.least == 0 && param.most == 1;
  value = isFlag ? 1 - value : std::min(param.most, value + std::max<uint64_t>(value / 10, 1));
  std::vector<Move> moves;
  if (!target::check(other).ok())
    return moves;
  for (const Outcome &outcome : outcomes) {
    if (outcome.one.machine != machine.name)
      continue;
    auto us = outcome.timed->run(other);
    if (!us)
      return us.status().within(outcome.one.name);
    double percent = 100 * (*us / outcome.us - 1);
    if (std::fabs(percent) >= 0.1)
      moves.push_back({&outcome, percent});
  }
  std::stable_sort(moves.begin(), moves.end(), [](const Move &a, const Move &b) {
    return std::fabs(a.percent) > std::fabs(b.percent);
  });
  return moves;
}

std::string movesText(const std::vector<Move> &moves) {
  if (moves.empty())
    return "nothing";
  std::string text = formatText("%zu: ", moves.size());
  constexpr size_t kShown = 3;
  for (size_t i = 0; i < std::min(moves.size(), kShown); ++i)
    text += formatText("%s%s %+.1f %%", i ? ", " : "", moves[i].outcome->one.name.c_str(),
                       moves[i].percent);
  return text + (moves.size() > kShown ? ", ..." : "");
}

} // namespace

Statistic statisticOf(const std::vector<Outcome> &outcomes, Role role) {
  Statistic s;
  double sum = 0;
  for (const Outcome &o : outcomes) {
    if (o.one.role != role || o.one.published <= 0)
      continue;
    ++s.count;
    sum += std::fabs(std::log1p(o.error()));
    if (!s.worstCase || std::fabs(std::log1p(o.error())) > std::fabs(std::log1p(s.worst))) {
      s.worst = o.error();
      s.worstCase = &o;
    }
  }
  s.mean = s.count ? std::exp(sum / s.count) - 1 : 0;
  return s;
}

std::string casesText(const std::vector<Outcome> &outcomes) {
  std::string text = kHead;
  for (Role role : {Role::Fitted, Role::Prediction, Role::Revised, Role::Informative})
    text += statisticText(outcomes, role);
  text += formatText("* %u fitted parameters over %zu machines\n\n## Cases\n\n",
                     fittedParameters(outcomes), machinesOf(outcomes).size());
  text += "| case | machine | published | simulated | unit | error | role | cycles | source |\n"
          "|---|---|---|---|---|---|---|---|---|\n";
  for (const Outcome &o : outcomes)
    text += rowText(o);
  return text + sheetText(outcomes) + residualsText(outcomes);
}

Result<std::string> parametersText(const std::vector<Outcome> &outcomes) {
  std::string text = "\n## Parameters\n\n`moves`: how many cases a tenth more of the parameter (of "
                     "a flag, its opposite) moves by at least 0.1 %, and the\nthree that it moves "
                     "most. Sources are those of `docs/generated/machines.md`.\n";
  for (const std::string &name : machinesOf(outcomes)) {
    const target::Machine &machine = *target::findMachine(name);
    text += "\n### " + name + "\n\n| parameter | value | unit | kind | source | moves |\n" +
            "|---|---|---|---|---|---|\n";
    for (unsigned p = 0; p < target::kNumParams; ++p) {
      const target::ParamFacts &param = target::params()[p];
      if (!isTimed(param))
        continue;
      auto moves = movesOf(outcomes, machine, param);
      if (!moves)
        return moves.status();
      text +=
          formatText("| `%s` | %llu | %s | %s | %s | %s |\n", param.name,
                     static_cast<unsigned long long>(machine.*param.field), param.unit,
                     textOf(machine.kind[p]), target::sourceOf(name, p), movesText(*moves).c_str());
    }
  }
  return text;
}

} // namespace neuron::calibration
