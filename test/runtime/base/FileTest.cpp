// Mapped files and files that appear only when complete.
#include "runtime/base/File.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <dirent.h>
#include <string>
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
