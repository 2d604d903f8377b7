// CommandLine: the options of neuron-compile, declared for CLI11. Its exceptions end here.

#include "tools/neuron-compile/CommandLine.h"

#include <CLI/CLI.hpp>
#include <iostream>

using namespace neuron;
using namespace neuron::driver;

namespace {

/// "1x128" as numbers; an empty text is a scalar. False where it is not of that form.
bool parseShape(const std::string &text, std::vector<int64_t> &shape) {
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('x', at), text.size());
    std::string digits = text.substr(at, end - at);
    bool isNumber = !digits.empty() && digits.size() <= 13 &&
                    digits.find_first_not_of("0123456789") == std::string::npos;
    int64_t size = isNumber ? std::stoll(digits) : 0;
    if (size <= 0 || end + 1 == text.size())
      return false;
    shape.push_back(size);
    at = end + 1;
  }
  return true;
}

void addShapes(CLI::App &app, Options &options) {
  auto bind = [&options](const std::vector<std::string> &bindings) {
    for (const std::string &binding : bindings) {
      size_t equals = binding.rfind('=');
      std::vector<int64_t> shape;
      if (equals == std::string::npos || equals == 0 ||
          !parseShape(binding.substr(equals + 1), shape))
        throw CLI::ValidationError("--shape", "expected name=1x128, got " + binding);
      if (!options.shapes.emplace(binding.substr(0, equals), shape).second)
        throw CLI::ValidationError("--shape", "input bound twice: " + binding);
    }
  };
  app.add_option_function<std::vector<std::string>>("--shape", bind,
                                                    "Shape of an input, as name=1x128")
      ->type_name("NAME=DIMS");
}

/// An option whose value is one of the names in `names`.
template <typename Value>
void addChoice(CLI::App &app, const std::string &name, Value &value,
               const std::map<std::string, Value> &names, const std::string &text) {
  std::vector<std::string> spellings;
  for (const auto &entry : names)
    spellings.push_back(entry.first);
  app.add_option_function<std::string>(
         name, [&value, names](const std::string &given) { value = names.at(given); }, text)
      ->check(CLI::IsMember(spellings));
}

void declareWhat(CLI::App &app, Options &options) {
  app.add_option("model", options.model, "ONNX model")->type_name("MODEL");
  app.add_option("-o,--output", options.output, "Output file; - is standard output");
  app.add_option("--target", options.target, "inf1, trn1, inf2, trn2, trn3 or a machine file");
  addShapes(app, options);
  addChoice<Emit>(
      app, "--emit", options.emit,
      {{"nn", Emit::Nn}, {"tile", Emit::Tile}, {"isa", Emit::Isa}, {"program", Emit::Program}},
      "Where compilation stops");
  app.add_flag("--check", options.check, "Say whether the model is supported, and stop");
  app.add_flag("--fit", options.fit, "Say whether the program fits the target, write nothing");
  app.add_flag("--list-ops", options.listOps, "Print the supported operators");
  app.add_option("--explain", options.explain, "Explain a code, as NC3001")->type_name("CODE");
  app.add_option("--report", options.report, "Write a JSON report")->type_name("FILE");
}

void declareHow(CLI::App &app, Options &options) {
  addChoice<AutoCast>(
      app, "--auto-cast", options.autoCast,
      {{"none", AutoCast::None}, {"matmult", AutoCast::Matmult}, {"all", AutoCast::All}},
      "Which f32 values become narrower: operands of products, or all data");
  addChoice<CastType>(app, "--auto-cast-type", options.autoCastType,
                      {{"bf16", CastType::Bf16},
                       {"fp16", CastType::Fp16},
                       {"tf32", CastType::Tf32},
                       {"fp8_e4m3", CastType::Fp8E4m3}},
                      "The narrower type");
  app.add_option("-O,--optlevel", options.optimisation,
                 "1: no prediction of the latency; 2, 3: with it")
      ->check(CLI::Range(1, 3));
  app.add_option("--model-type", options.modelType, "Accepted; the program follows from the ops")
      ->check(CLI::IsMember({"generic", "transformer", "unet-inference", "cnn-training"}));
  addChoice<Verify>(app, "--verify", options.verify,
                    {{"none", Verify::None}, {"output", Verify::Output}, {"layer", Verify::Layer}},
                    "Compare the program's values with the reference");
  addChoice<Weights>(app, "--weights", options.weights,
                     {{"embed", Weights::Embed}, {"external", Weights::External}},
                     "Where the program keeps its weights");
  addChoice<States>(app, "--states", options.states,
                    {{"none", States::None}, {"auto", States::Auto}},
                    "auto: an input that is returned updated stays on the device as a state");
  CLI::Option *cacheDir =
      app.add_option("--cache-dir", options.cacheDir, "Folder of programs compiled before");
  app.add_flag_callback(
         "--no-cache", [&options] { options.cache = false; }, "Use no cache")
      ->excludes(cacheDir);
  app.add_option("-j,--threads", options.threads, "Threads; 0 is one a host core")
      ->check(CLI::Range(0, 1024));
  addChoice<Verbosity>(app, "--verbose", options.verbosity,
                       {{"error", Verbosity::Error},
                        {"warning", Verbosity::Warning},
                        {"info", Verbosity::Info},
                        {"debug", Verbosity::Debug}},
                       "Least severe message that is printed");
}

/// The options given, without those that cannot change the program, in a fixed order, so that
/// one model compiled twice gives the same bytes wherever its files are.
std::string describe(const CLI::App &app) {
  std::string text;
  for (const CLI::Option *option : app.get_options()) {
    std::string name = option->get_name();
    bool silent = name == "model" || name == "--output" || name == "--report" ||
                  name == "--threads" || name == "--verbose" || name == "--cache-dir" ||
                  name == "--no-cache" || name == "--model-type" || name == "--verify";
    if (option->count() == 0 || silent)
      continue;
    text += (text.empty() ? "" : " ") + name;
    for (const std::string &value : option->results())
      text += " " + value;
  }
  return text;
}

} // namespace

std::optional<int> neuron::parseCommandLine(int argc, char **argv, Options &options) {
  CLI::App app("Compiles an ONNX model into a program for a NeuronCore-like accelerator",
               "neuron-compile");
  app.set_version_flag("--version", "neuron-compile " NEURON_VERSION);
  declareWhat(app, options);
  declareHow(app, options);
  options.version = NEURON_VERSION;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0)
      return app.exit(error);
    std::cerr << "neuron-compile: error [NC0001]: " << error.what()
              << "\n  remedy: run neuron-compile --help (--explain NC0001)\n";
    return 2;
  }
  if (options.model.empty() && options.explain.empty() && !options.listOps) {
    std::cerr << "neuron-compile: error [NC0001]: no model is given\n  remedy: run neuron-compile "
                 "--help (--explain NC0001)\n";
    return 2;
  }
  options.commandLine = describe(app);
  return std::nullopt;
}
