//===- Target.td - the schema of the machine table -------------------------------------------===//
//
// A machine is a row: one value per parameter, each with its unit and its source. The kind says
// how far a number can be trusted: documented, measured, fitted (to published timings) or
// assumed (no public figure; reports state how much of a time rests on these).
//
//===--------------------------------------------------------------------------------------===//

#ifndef NEURON_TARGET
#define NEURON_TARGET

class Kind<string t> { string text = t; }
def Documented : Kind<"documented">;
def Measured   : Kind<"measured">;
def Fitted     : Kind<"fitted">;
def Assumed    : Kind<"assumed">;

/// A uint64_t field of runtime/target/Machine.h, named with its unit.
class Param<string n, string u, string d> {
  string name = n;             // C++ field, and key of a user's machine file in the same spelling
  string unit = u;
  string doc = d;
  bit isCost = 0;              // a time: setting it to 0 makes it free, not impossible
  int least = 1;               // what a machine file may state
  int most = 281474976710656;
}
class Cost<string n, string u, string d> : Param<n, u, d> {
  let isCost = 1;
  let least = 0;
  let most = 1000000000000;
}
class Clock<string n, string d> : Param<n, "MHz", d> { let most = 1000000; }
class Flag<string n, string d> : Param<n, "flag", d> {
  let least = 0;
  let most = 1;
}
class Small<string n, string u, string d, int limit> : Param<n, u, d> { let most = limit; }

class Value<Param p, int v, Kind k, string s> {
  Param param = p;
  int value = v;
  Kind kind = k;
  string source = s;
}

/// A later value of the same parameter replaces an earlier one.
class Machine<string n, string s, list<Value> v> {
  string name = n;
  string summary = s;
  list<Value> values = v;
}

#endif
