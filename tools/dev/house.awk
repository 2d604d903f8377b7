# Rules of the house, applied to each file that is named on the command line.
#
# Functions are found by their form after clang-format: a line that ends with an opening brace
# and holds a parameter list, closed by a brace in the same column. That needs no parser and
# misses only what is not formatted.

BEGIN {
    # room -> rooms that it may include, itself always. Longest prefix decides the room.
    may["runtime/base"] = ""
    may["runtime/target"] = "runtime/base"
    may["runtime/isa"] = "runtime/base runtime/target"
    may["runtime/program"] = "runtime/base runtime/target runtime/isa"
    may["runtime/sim"] = "runtime/base runtime/target runtime/isa runtime/kernels"
    may["runtime/kernels"] = "runtime/base runtime/target runtime/isa"
    may["runtime/core"] = "runtime/base runtime/target runtime/isa runtime/program runtime/sim runtime/include"
    may["runtime/include"] = ""
    below = "runtime/base runtime/target runtime/isa runtime/program"
    may["dialects"] = below
    may["passes"] = below " dialects"
    may["compiler"] = below " dialects passes compiler/verify compiler/tune"
    may["compiler/verify"] = below " dialects passes compiler runtime/core runtime/include"
    may["compiler/tune"] = may["compiler/verify"]
    may["models/kernels"] = below " runtime/sim"
    may["tools"] = "models/kernels " below " dialects passes compiler compiler/verify compiler/tune runtime/core runtime/sim runtime/include"
    limit["cpp"] = "400 700"
    limit["h"] = "400 700"
    limit["td"] = "300 600"
    limit["test"] = "300 500"
    functionWanted = 50
    functionLimit = 80
}

function offend(rule, what) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, rule, what
    failed = 1
}

function offendFile(file, rule, what) {
    printf "%s: %s: %s\n", file, rule, what
    failed = 1
}

# The room of a path: the longest key of `may` that is a folder above it.
function roomOf(path,   candidate) {
    candidate = path
    while (sub(/\/[^\/]*$/, "", candidate))
        if (candidate in may)
            return candidate
    return ""
}

function lists(words, word,   n, i, list) {
    n = split(words, list, " ")
    for (i = 1; i <= n; i++)
        if (list[i] == word)
            return 1
    return 0
}

function checkInclude(target,   to) {
    if (target ~ /^(llvm|mlir)(-c)?\//) {
        if (isBelow)
            offend("arrow", "below the LLVM line includes " target)
        return
    }
    to = roomOf(target)
    if (to == "")
        return
    if (room == "" || isTest || to == room || lists(may[room], to))
        return
    offend("arrow", room " includes " target)
}

function checkName(path,   base) {
    base = path
    sub(/.*\//, "", base)
    if (base ~ /^([A-Za-z]*[Uu]tils?|[Cc]ommon|[A-Za-z]*[Hh]elpers?|[Mm]isc)\.[a-z]+$/ ||
        path ~ /(^|\/)(misc|utils?|common|helpers?)\// || base ~ /_v[0-9]+\./)
        offendFile(path, "name", "names nothing: say what the file is about")
}

function checkWords(line) {
    # Written in two parts, so that this file keeps its own rules.
    if (line ~ /TO(DO)|FIX(ME)/ && line !~ /TO(DO)\([^)]+\): ./)
        offend("word", "unfinished work without a reason")
    if (line ~ /(^|[^A-Za-z0-9_.])\/(work|root|home)\// )
        offend("word", "a path of one machine")
}

function endFile(   size, what) {
    if (file == "")
        return
    kind = isTest ? "test" : extension
    if (kind == "fbs" || kind == "def" || !(kind in limit) || (isTest && extension !~ /^(cpp|h|mlir|s|test)$/))
        return
    split(limit[kind], size, " ")
    if (lines > size[2])
        offendFile(file, "size", lines " lines, more than " size[2])
    else if (wanted && lines > size[1])
        printf "%s: wanted: %d lines, more than %d\n", file, lines, size[1]
}

FNR == 1 {
    endFile()
    file = FILENAME
    lines = 0
    extension = file
    sub(/.*\./, "", extension)
    isTest = file ~ /^test\//
    room = roomOf(file)
    isBelow = file ~ /^runtime\// || file ~ /^test\/runtime\//
    isCode = extension == "cpp" || extension == "h" || extension == "c"
    isPattern = 0
    functionColumn = -1
    checkName(file)
    if ((extension == "cpp" || extension == "h") && $0 !~ /^\/[\/*]/)
        offend("head", "a file begins with the comment that says what it is")
}

{ lines = FNR }

# Written by a script and compared by a test: not read by people.
file ~ /\.inc$/ { next }

{ checkWords($0) }

isCode && /^#include "/ {
    target = $0
    sub(/^#include "/, "", target)
    sub(/".*/, "", target)
    checkInclude(target)
}

isBelow && isCode && /^#include <iostream>/ { offend("line", "no iostreams below the LLVM line") }
isBelow && !isTest && extension == "cpp" && /(^|[^A-Za-z_])(throw|dynamic_cast|typeid)([^A-Za-z_]|$)/ && !/^ *(\/\/|\*)/ && !/"[^"]*(throw|typeid)[^"]*"/ {
    offend("line", "neither exceptions nor RTTI below the LLVM line")
}

isCode && /matchAndRewrite\(/ { isPattern = 1; patternColumn = match($0, /[^ ]/) }
isCode && isPattern && /^ *return failure\(\);/ {
    offend("rewrite", "a refusal says why: notifyMatchFailure")
}
isCode && isPattern && /^ *}/ && match($0, /[^ ]/) <= patternColumn { isPattern = 0 }

# The measure of a function.
isCode && functionColumn < 0 && /\{$/ && !/^ *(namespace|class|struct|enum|union|extern|if|for|while|switch|do|else|return|case|\}|#)/ {
    column = match($0, /[^ ]/)
    # A continued head ends its parameter list here; its first line is less indented.
    if ((/\)( const)?( noexcept)?( override)?( ->.*)? \{$/ || /: .*\{$/) && column <= 3) {
        functionColumn = column
        functionStart = FNR
    } else if (/\)( const)?( noexcept)?( override)? \{$/ && headLine) {
        functionColumn = headColumn
        functionStart = headLine
    }
}
isCode && functionColumn < 0 {
    # Remember where a head that spans lines began.
    if (/\([^)]*,?$/ && match($0, /[^ ]/) <= 3 && !/^ *(\/\/|#|return|if|for|while)/) {
        headLine = FNR
        headColumn = match($0, /[^ ]/)
    } else if (/[;{}]$/) {
        headLine = 0
    }
}
isCode && functionColumn >= 0 && /^ *\}/ && match($0, /[^ ]/) == functionColumn {
    size = FNR - functionStart + 1
    if (size > functionLimit)
        offendFile(file ":" functionStart, "size", "a function of " size " lines, more than " functionLimit)
    else if (wanted && size > functionWanted)
        printf "%s:%d: wanted: a function of %d lines, more than %d\n", file, functionStart, size, functionWanted
    functionColumn = -1
    headLine = 0
}

END {
    endFile()
    exit failed
}
