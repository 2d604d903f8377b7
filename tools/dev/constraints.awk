# The constraints that the tables state and no test names, one line each.
#
#   awk -f tools/dev/constraints.awk -v one_rule='CLASS...' TABLE.td... TEST.mlir...
#
# A row owes the labels (Cn) of its own text and of the classes and texts that it is made of. A test
# names a label by an expectation, `expected-error @+k {{(Cn) ...}}`, and the op by the line that the
# expectation is for, or in the message. The ops of a class in `one_rule` share one type rule: for
# its labels the test of one of them is enough. A label that a test names and the row does not state
# is reported too.

FNR == 1 { record = ""; split(FILENAME, folder, "/"); delete due }

# Tables: what every record says.
FILENAME ~ /\.td$/ {
    if (/^(class|def|defvar) /) {
        record = $2
        gsub(/[^A-Za-z0-9_].*/, "", record)
        if ($1 == "def" && record ~ /Op$/) {
            rows[++count] = record
            dialect[record] = folder[2]
        }
    } else if (/^[a-z#}]/ && !/^}/) {
        record = ""
    }
    if (record != "" && !/^ *\/\//)
        text[record] = text[record] $0 "\n"
    next
}

# Tests: an expectation is due at a line.
{
    if (match($0, /expected-error ?@\+[0-9]+/)) {
        offset = substr($0, RSTART, RLENGTH)
        sub(/.*\+/, "", offset)
        due[FNR + offset] = due[FNR + offset] $0
    } else if (FNR in due) {
        named[++expectations] = due[FNR] $0
        place[expectations] = FILENAME
    }
}

function labels_of(record, found,   own, label, words, parts, i) {
    if (record in visited)
        return
    visited[record] = 1
    own = text[record]
    while (match(own, /\(C[0-9]+\)(\.\.\(C[0-9]+\))?/)) {
        label = substr(own, RSTART, RLENGTH)
        own = substr(own, RSTART + RLENGTH)
        words = split(label, parts, /[^0-9]+/)
        for (i = parts[2]; i <= parts[words - 1]; ++i)
            if (!(i in found))
                found[i] = record
    }
    words = split(text[record], parts, /[^A-Za-z0-9_]+/)
    for (i = 1; i <= words; ++i)
        if (parts[i] in text)
            labels_of(parts[i], found)
}

# The op of a row as tests write it.
function spelling(row,   name) {
    name = text[row]
    sub(/^[^"]*"/, "", name)
    sub(/".*/, "", name)
    return dialect[row] "." name
}

END {
    split(one_rule, list, " ")
    for (i in list)
        shared[list[i]] = 1
    for (r = 1; r <= count; ++r) {
        split("", owed)
        split("", visited)
        labels_of(rows[r], owed)
        op = spelling(rows[r])
        pattern = op
        sub(/\./, "\\.", pattern)
        pattern = "(^|[^a-z_.])" pattern "([^a-z0-9_]|$)"
        split("", seen)
        for (e = 1; e <= expectations; ++e) {
            if (named[e] !~ pattern)
                continue
            rest = named[e]
            while (match(rest, /\{\{\(C[0-9]+\)/)) {
                seen[substr(rest, RSTART + 4, RLENGTH - 5)] = place[e]
                rest = substr(rest, RSTART + RLENGTH)
            }
        }
        for (label in owed)
            if (owed[label] in shared) {
                once[owed[label] " " label] += label in seen
                if (!((owed[label] " " label) in order))
                    order[owed[label] " " label] = "dialects/" dialect[rows[r]]
            } else if (!(label in seen))
                print "dialects/" dialect[rows[r]] ": coverage: no test names (C" label ") of " op
        for (label in seen)
            if (!(label in owed))
                print seen[label] ": coverage: " op " does not state (C" label ")"
    }
    for (key in once)
        if (!once[key]) {
            split(key, parts, " ")
            print order[key] ": coverage: no test names (C" parts[2] ") of an op of " parts[1]
        }
}
