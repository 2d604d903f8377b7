// Mapped files and files that appear only when complete.
#include "runtime/base/File.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace neuron;

namespace {

struct TemporaryDirectory {
  std::string path = "neuron-file-test-XXXXXX";
  TemporaryDirectory() { REQUIRE(::mkdtemp(&path[0])); }
  ~TemporaryDirectory() {
    ::unlink((path + "/a").c_str());
    ::rmdir(path.c_str());
  }
  size_t entries() const {
    size_t count = 0;
    DIR *directory = ::opendir(path.c_str());
    while (dirent *entry = ::readdir(directory))
      count += entry->d_name[0] != '.';
    ::closedir(directory);
    return count;
  }
};

} // namespace

TEST_CASE("what is written is what is mapped") {
  TemporaryDirectory directory;
  std::string path = directory.path + "/a";
  Result<FileWriter> writer = FileWriter::create(path);
  REQUIRE(writer);
  REQUIRE(writer->write("head", 4).ok());
  REQUIRE(writer->align(64).ok());
  REQUIRE(writer->write("tail", 4).ok());
  REQUIRE(writer->overwrite(1, "EA", 2).ok());
  CHECK(writer->offset() == 68);
  CHECK(MappedFile::open(path).status().code() == ErrorCode::MissingInput);
  REQUIRE(writer->commit().ok());
  Result<MappedFile> file = MappedFile::open(path);
  REQUIRE(file);
  REQUIRE(file->bytes().size == 68);
  CHECK(std::memcmp(file->bytes().data, "hEAd\0", 5) == 0);
  CHECK(std::memcmp(file->bytes().data + 64, "tail", 4) == 0);
}

TEST_CASE("a pipe stays a pipe, a link a link") {
  TemporaryDirectory directory;
  std::string path = directory.path + "/a", link = directory.path + "/b";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  REQUIRE(reader >= 0);
  REQUIRE(writeFile(path, {reinterpret_cast<const uint8_t *>("text"), 4}).ok());
  char text[8] = {};
  CHECK(::read(reader, text, sizeof(text)) == 4);
  CHECK(std::string(text) == "text");
  ::close(reader);
  struct stat facts;
  REQUIRE(::lstat(path.c_str(), &facts) == 0);
  CHECK(S_ISFIFO(facts.st_mode));

  ::unlink(path.c_str());
  REQUIRE(writeFile(path, {reinterpret_cast<const uint8_t *>("old"), 3}).ok());
  REQUIRE(::symlink("a", link.c_str()) == 0);
  REQUIRE(writeFile(link, {reinterpret_cast<const uint8_t *>("newer"), 5}).ok());
  REQUIRE(::lstat(link.c_str(), &facts) == 0);
  CHECK(S_ISLNK(facts.st_mode));
  Result<MappedFile> file = MappedFile::open(path);
  REQUIRE(file);
  CHECK(file->bytes().size == 5);
  CHECK(directory.entries() == 2);
  ::unlink(link.c_str());
}

TEST_CASE("a folder is not written over") {
  TemporaryDirectory directory;
  Status status = writeFile(directory.path, {});
  CHECK(status.code() == ErrorCode::Io);
  CHECK(status.message().find("directory") != std::string::npos);
}

TEST_CASE("without a commit nothing remains") {
  TemporaryDirectory directory;
  {
    Result<FileWriter> writer = FileWriter::create(directory.path + "/a");
    REQUIRE(writer);
    REQUIRE(writer->write("x", 1).ok());
    CHECK(directory.entries() == 1);
  }
  CHECK(directory.entries() == 0);
}

TEST_CASE("a missing file, a directory and an empty file are told apart") {
  TemporaryDirectory directory;
  CHECK(MappedFile::open(directory.path + "/none").status().code() == ErrorCode::MissingInput);
  CHECK(MappedFile::open(directory.path).status().code() == ErrorCode::Io);
  REQUIRE(writeFile(directory.path + "/a", {}).ok());
  Result<MappedFile> empty = MappedFile::open(directory.path + "/a");
  REQUIRE(empty);
  CHECK(empty->bytes().empty());
  CHECK(writeFile(directory.path + "/no/a", {}).code() == ErrorCode::Io);
}
