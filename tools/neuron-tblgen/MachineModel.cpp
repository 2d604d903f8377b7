// Reading and checking of the machine table.
#include "MachineModel.h"

#include "llvm/TableGen/Error.h"

#include <map>

using namespace llvm;

namespace neuron::tblgen {
namespace {

/// Rows in the order in which the file states them.
std::vector<const Record *> inFileOrder(const RecordKeeper &records, StringRef className) {
  std::vector<const Record *> rows(records.getAllDerivedDefinitions(className));
  llvm::sort(rows, [](const Record *a, const Record *b) { return a->getID() < b->getID(); });
  return rows;
}

MachineRow readMachine(const Record *record, const std::vector<ParamRow> &params) {
  MachineRow row{record,
                 record->getValueAsString("name").str(),
                 record->getValueAsString("summary").str(),
                 {}};
  std::map<const Record *, const Record *> last;
  for (const Record *value : record->getValueAsListOfDefs("values"))
    last[value->getValueAsDef("param")] = value;
  for (const ParamRow &param : params) {
    const Record *value = last[param.record];
    if (!value) {
      PrintError(record->getLoc(), "machine " + row.name + ": no value for " + param.name);
      row.values.emplace_back();
      continue;
    }
    int64_t number = value->getValueAsInt("value");
    if (number < 0 || uint64_t(number) < param.least || uint64_t(number) > param.most)
      PrintError(record->getLoc(), "machine " + row.name + ": " + param.name + " is " +
                                       Twine(number) + ", legal are " + Twine(param.least) +
                                       " to " + Twine(param.most));
    if (value->getValueAsString("source").empty())
      PrintError(record->getLoc(), "machine " + row.name + ": " + param.name + " has no source");
    row.values.push_back({uint64_t(number), value->getValueAsDef("kind")->getName().str(),
                          value->getValueAsString("source").str()});
  }
  return row;
}

} // namespace

MachineTable readMachines(const RecordKeeper &records) {
  MachineTable table;
  std::map<std::string, const Record *> names;
  auto claim = [&](const std::string &name, const Record *record) {
    if (!names.try_emplace(name, record).second)
      PrintError(record->getLoc(), "the name " + name + " is taken");
  };
  for (const Record *record : inFileOrder(records, "Param")) {
    table.params.push_back(
        {record, record->getValueAsString("name").str(), record->getValueAsString("unit").str(),
         record->getValueAsString("doc").str(), record->getValueAsBit("isCost"),
         uint64_t(record->getValueAsInt("least")), uint64_t(record->getValueAsInt("most"))});
    claim(table.params.back().name, record);
  }
  for (const Record *record : inFileOrder(records, "Machine")) {
    table.machines.push_back(readMachine(record, table.params));
    claim(table.machines.back().name, record);
  }
  if (ErrorsPrinted > 0)
    PrintFatalError("the machine table has errors");
  return table;
}

} // namespace neuron::tblgen
