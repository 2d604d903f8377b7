// Files: mapped read-only, and written so that a reader never sees half of one.
//
// A MappedFile is the whole file as bytes, without a copy. A FileWriter writes to a temporary
// name in the same directory and renames on `commit`; without a commit nothing remains. A pipe or
// a device is written to where it is, and a symbolic link leads to the file that is replaced.
#pragma once

#include "runtime/base/Bytes.h"
#include "runtime/base/Status.h"

#include <cstdio>
#include <string>

namespace neuron {

class MappedFile {
public:
  MappedFile() = default;
  MappedFile(MappedFile &&other) noexcept;
  MappedFile &operator=(MappedFile &&other) noexcept;
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;
  ~MappedFile();

  /// Maps `path`. Errors: MissingInput when there is no such file; Io otherwise (a directory,
  /// no permission).
  static Result<MappedFile> open(const std::string &path);

  ByteSpan bytes() const { return {address, length}; }

private:
  const uint8_t *address = nullptr;
  uint64_t length = 0;
};

class FileWriter {
public:
  FileWriter() = default;
  FileWriter(FileWriter &&other) noexcept;
  FileWriter &operator=(FileWriter &&) = delete;
  FileWriter(const FileWriter &) = delete;
  FileWriter &operator=(const FileWriter &) = delete;
  ~FileWriter();

  /// Opens a temporary file beside `path`. Errors: Io (a directory too).
  static Result<FileWriter> create(const std::string &path);

  /// Appends bytes. Errors: Io (a full disk), once and for all following calls.
  Status write(const void *source, uint64_t size);
  /// Zeros up to the next multiple of `alignment`.
  Status align(uint64_t alignment);
  /// Overwrites bytes that were written before, for headers known last.
  Status overwrite(uint64_t offset, const void *source, uint64_t size);
  /// Flushes, closes and renames to the final name.
  Status commit();

  uint64_t offset() const { return position; }

private:
  static Result<FileWriter> openInPlace(const std::string &path);
  Status refuse(const char *what);

  std::FILE *stream = nullptr;
  std::string finalPath, temporaryPath;
  uint64_t position = 0;
};

/// Writes a whole file through a temporary name. Errors: Io.
Status writeFile(const std::string &path, ByteSpan content);

} // namespace neuron
