#!/bin/sh
# Build everything and run all tests. Installs missing Debian packages first.
#
#   tools/test.sh           the whole project, then the runtime alone as it builds where no LLVM is
#   tools/test.sh asan      the whole project with AddressSanitizer and UBSan
#   tools/test.sh tsan      what is threaded, the runtime, with ThreadSanitizer
#   tools/test.sh PRESET... any presets of CMakePresets.json
#
# JOBS=N limits the compile and test jobs (default: the cores). The last line counts the tests of
# all runs: "N passed, N failed". The exit status is 0 only when all built and nothing failed.
set -eu

cd "$(dirname -- "$0")/.."
jobs=${JOBS:-$(nproc)}
passed=0
failed=0

sh tools/dev/setup.sh

# Debian's MLIR was built without the annotations that would make its own poisoning right.
export ASAN_OPTIONS="allow_user_poisoning=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export UBSAN_OPTIONS="print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}"

# run_tests PRESET: configure, build, test; adds to the counts.
run_tests() {
    cmake --preset "$1"
    cmake --build "build/$1" -j "$jobs"
    log=build/$1/ctest.log
    # The recipes of the manual build a second copy of the compiler, as slowly as the first.
    case $1 in
    asan | tsan) less='-LE documentation' ;;
    *) less= ;;
    esac
    # shellcheck disable=SC2086
    ctest --test-dir "build/$1" -j "$jobs" --output-on-failure --no-tests=error $less \
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

[ $# -gt 0 ] || set -- release runtime-only
for preset in "$@"; do
    run_tests "$preset"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
