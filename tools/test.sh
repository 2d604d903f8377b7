#!/bin/sh
# Build everything and run all tests: the whole project, then the runtime alone as it builds
# where no LLVM is. Installs missing Debian packages first.
#
#   tools/test.sh           JOBS=N limits the compile and test jobs (default: the cores)
#
# The last line counts the tests of both runs: "N passed, N failed". The exit status is 0 only
# when both built and nothing failed.
set -eu

cd "$(dirname -- "$0")/.."
jobs=${JOBS:-$(nproc)}
passed=0
failed=0

sh tools/dev/setup.sh

# run_tests PRESET: configure, build, test; adds to the counts.
run_tests() {
    cmake --preset "$1"
    cmake --build "build/$1" -j "$jobs"
    log=build/$1/ctest.log
    ctest --test-dir "build/$1" -j "$jobs" --output-on-failure --no-tests=error \
        >"$log" 2>&1 || true
    cat "$log"
    # "98% tests passed, 2 tests failed out of 110"
    # or, where CMake is newer and nothing failed, "100% tests passed out of 110"
    summary=$(sed -n -e 's/^[0-9]*% tests passed, \([0-9]*\) tests* failed out of \([0-9]*\)$/\1 \2/p' \
        -e 's/^100% tests passed out of \([0-9]*\)$/0 \1/p' "$log")
    if [ -z "$summary" ]; then
        echo "test: ctest gave no summary for $1" >&2
        exit 1
    fi
    bad=${summary% *}
    all=${summary#* }
    failed=$((failed + bad))
    passed=$((passed + all - bad))
}

run_tests release
run_tests runtime-only

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
