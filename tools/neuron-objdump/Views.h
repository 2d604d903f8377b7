// What can be seen of a program without running it: facts, counts, memory, code.
//
// Every view has a text form for people and writes the same facts as members of an open JSON
// object for programs.
#pragma once

#include "runtime/base/Json.h"
#include "runtime/program/Program.h"

#include <map>
#include <string>

namespace neuron::objdump {

/// A loaded program and the size of its file.
struct Subject {
  std::string path;
  uint64_t fileBytes = 0;
  rt::Program program;
};

/// Bytes of the file that are weights and constants.
uint64_t embeddedBytes(const rt::Program &program);

/// Static instructions of one stream.
struct StreamCounts {
  uint64_t instructions = 0, control = 0, dma = 0, bytes = 0;
  std::map<std::string, uint64_t> byMnemonic;
};
StreamCounts countStream(const rt::Program &program, unsigned stream);

/// The name of a stream: the engine's, or "sequential".
const char *streamName(unsigned stream);

/// Who made it, for what machine, its size, its tensors and functions.
std::string infoText(const Subject &subject);
void infoJson(const Subject &subject, JsonWriter &json);

/// Static instructions per engine and mnemonic.
std::string countsText(const Subject &subject);
void countsJson(const Subject &subject, JsonWriter &json);

/// HBM segments with their addresses, and the plan of SBUF and PSUM.
std::string memoryText(const Subject &subject);
void memoryJson(const Subject &subject, JsonWriter &json);

/// The code of every stream, loops indented, functions labelled, layers as comments.
std::string codeText(const Subject &subject);
void codeJson(const Subject &subject, JsonWriter &json);

} // namespace neuron::objdump
