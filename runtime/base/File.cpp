// POSIX mmap, mkstemp and rename.
#include "runtime/base/File.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace neuron {
namespace {

Status systemError(const std::string &path, const char *what) {
  int number = errno;
  ErrorCode code = number == ENOENT || number == ENOTDIR ? ErrorCode::MissingInput : ErrorCode::Io;
  return Status::error(code, "%s: %s: %s", path.c_str(), what, std::strerror(number));
}

/// The file that `path` leads to when it is a symbolic link, which stays one.
std::string linkTarget(const std::string &path) {
  char *resolved = ::realpath(path.c_str(), nullptr);
  std::string target = resolved ? resolved : path;
  std::free(resolved);
  return target;
}

} // namespace

MappedFile::MappedFile(MappedFile &&other) noexcept { *this = std::move(other); }

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept {
  std::swap(address, other.address);
  std::swap(length, other.length);
  return *this;
}

MappedFile::~MappedFile() {
  if (address)
    ::munmap(const_cast<uint8_t *>(address), length);
}

Result<MappedFile> MappedFile::open(const std::string &path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    return systemError(path, "cannot open");
  struct stat facts;
  if (::fstat(descriptor, &facts) != 0) {
    Status failure = systemError(path, "cannot stat");
    ::close(descriptor);
    return failure;
  }
  if (!S_ISREG(facts.st_mode)) {
    ::close(descriptor);
    return Status::error(ErrorCode::Io, "%s: not a regular file", path.c_str());
  }
  MappedFile file;
  if (facts.st_size > 0) {
    uint64_t size = static_cast<uint64_t>(facts.st_size);
    void *mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (mapped == MAP_FAILED) {
      Status failure = systemError(path, "cannot map");
      ::close(descriptor);
      return failure;
    }
    file.address = static_cast<const uint8_t *>(mapped);
    file.length = size;
  }
  ::close(descriptor);
  return file;
}

FileWriter::FileWriter(FileWriter &&other) noexcept
    : stream(other.stream), finalPath(std::move(other.finalPath)),
      temporaryPath(std::move(other.temporaryPath)), position(other.position) {
  other.stream = nullptr;
  other.temporaryPath.clear();
}

FileWriter::~FileWriter() {
  if (stream)
    std::fclose(stream);
  if (!temporaryPath.empty())
    ::unlink(temporaryPath.c_str());
}

/// A pipe or a device: renaming would put a file in its place.
Result<FileWriter> FileWriter::openInPlace(const std::string &path) {
  FileWriter writer;
  writer.finalPath = path;
  int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  writer.stream = descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb");
  if (!writer.stream) {
    Status failure = writer.refuse("cannot open");
    if (descriptor >= 0)
      ::close(descriptor);
    return failure;
  }
  return writer;
}

Result<FileWriter> FileWriter::create(const std::string &path) {
  struct stat facts;
  bool exists = ::stat(path.c_str(), &facts) == 0;
  if (exists && S_ISDIR(facts.st_mode))
    return Status::error(ErrorCode::Io, "%s: cannot create: it is a directory", path.c_str());
  if (exists && !S_ISREG(facts.st_mode))
    return openInPlace(path);
  FileWriter writer;
  writer.finalPath = exists ? linkTarget(path) : path;
  std::string pattern = writer.finalPath + ".XXXXXX";
  int descriptor = ::mkstemp(&pattern[0]);
  if (descriptor < 0)
    return Status::error(ErrorCode::Io, "%s: cannot create: %s", path.c_str(),
                         std::strerror(errno));
  writer.temporaryPath = pattern;
  mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(descriptor, 0666 & ~mask);
  writer.stream = ::fdopen(descriptor, "wb");
  if (!writer.stream) {
    ::close(descriptor);
    return writer.refuse("cannot open");
  }
  return writer;
}

Status FileWriter::refuse(const char *what) {
  return Status::error(ErrorCode::Io, "%s: %s: %s", finalPath.c_str(), what, std::strerror(errno));
}

Status FileWriter::write(const void *source, uint64_t size) {
  if (size != 0 && std::fwrite(source, 1, size, stream) != size)
    return refuse("cannot write");
  position += size;
  return Status::success();
}

Status FileWriter::align(uint64_t alignment) {
  static const uint8_t zeros[4096] = {};
  uint64_t missing = alignUp(position, alignment) - position;
  while (missing) {
    uint64_t piece = missing < sizeof(zeros) ? missing : sizeof(zeros);
    NEURON_TRY(write(zeros, piece));
    missing -= piece;
  }
  return Status::success();
}

Status FileWriter::overwrite(uint64_t offset, const void *source, uint64_t size) {
  if (::fseeko(stream, static_cast<off_t>(offset), SEEK_SET) != 0 ||
      (size != 0 && std::fwrite(source, 1, size, stream) != size) ||
      ::fseeko(stream, static_cast<off_t>(position), SEEK_SET) != 0)
    return refuse("cannot write");
  return Status::success();
}

Status FileWriter::commit() {
  std::FILE *closing = stream;
  stream = nullptr;
  if (std::fclose(closing) != 0)
    return refuse("cannot write");
  if (temporaryPath.empty())
    return Status::success();
  if (std::rename(temporaryPath.c_str(), finalPath.c_str()) != 0)
    return refuse("cannot rename");
  temporaryPath.clear();
  return Status::success();
}

Status writeFile(const std::string &path, ByteSpan content) {
  Result<FileWriter> writer = FileWriter::create(path);
  if (!writer)
    return writer.status();
  NEURON_TRY(writer->write(content.data, content.size));
  return writer->commit();
}

} // namespace neuron
