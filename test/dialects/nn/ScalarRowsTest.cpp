// Every elementwise row: its body, in the device's arithmetic, against its reference, in
// double precision, on a grid; integer bodies against integer references on small integers.
#include "dialects/nn/ImportTable.h"
#include "dialects/nn/ScalarBody.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace neuron::nn;

namespace {

/// The defaults of a row's scalars, as the importer would give them.
std::vector<double> defaultScalars(const ScalarRow &row) {
  std::vector<double> scalars;
  for (const ImportRow &import : onnxRows())
    if (import.op == row.op && scalars.empty())
      for (const ImportScalar &scalar : import.scalars)
        scalars.push_back(scalar.value);
  return scalars;
}

/// Calls `visit` with every combination of `samples`, one a operand.
template <class Visit>
void forGrid(unsigned operands, const std::vector<double> &samples, Visit visit) {
  std::vector<size_t> at(operands);
  while (true) {
    std::vector<double> point;
    for (size_t i : at)
      point.push_back(samples[i]);
    visit(point);
    size_t axis = 0;
    while (axis < operands && ++at[axis] == samples.size())
      at[axis++] = 0;
    if (axis == operands)
      return;
  }
}

double errorOf(double found, double expected) {
  if (std::isnan(found) || std::isnan(expected))
    return std::isnan(found) == std::isnan(expected) ? 0 : 1;
  if (std::isinf(found) || std::isinf(expected))
    return found == expected ? 0 : 1;
  return std::fabs(found - expected) / std::fmax(1, std::fabs(expected));
}

/// The worst error of the row's body over the grid.
double worstError(const ScalarRow &row, const std::vector<double> &samples) {
  std::vector<double> scalars = defaultScalars(row);
  ScalarBody body = instantiateBody(row, false, scalars);
  double worst = 0;
  forGrid(row.operands, samples, [&](const std::vector<double> &point) {
    std::vector<float> rounded(point.begin(), point.end());
    std::vector<double> exact(rounded.begin(), rounded.end());
    double expected = row.reference(exact.data(), scalars.data());
    worst = std::fmax(worst, errorOf(evaluateBody(body, rounded.data()), expected));
  });
  return worst;
}

std::vector<double> evenly(double low, double high, int count) {
  std::vector<double> samples;
  for (int i = 0; i < count; ++i)
    samples.push_back(low + (high - low) * i / (count - 1));
  return samples;
}

} // namespace

TEST_CASE("bodies agree with references on a grid") {
  REQUIRE(scalarRows().size() > 60);
  for (const ScalarRow &row : scalarRows()) {
    INFO(row.op.str());
    REQUIRE(defaultScalars(row).size() == row.scalars.size());
    int count = row.operands == 1 ? 2001 : row.operands == 2 ? 65 : 17;
    CHECK(worstError(row, evenly(row.low, row.high, count)) <= row.tolerance);
  }
}

TEST_CASE("a wrong body is found") {
  // The comparison itself must be able to fail: exp's reference against the body of erf.
  ScalarRow mixed = *findScalarRow("nn.exp");
  mixed.body = findScalarRow("nn.erf")->body;
  CHECK(worstError(mixed, evenly(mixed.low, mixed.high, 101)) > 0.1);
}

TEST_CASE("integer bodies agree with integer references") {
  for (const ScalarRow &row : scalarRows()) {
    if (!row.integerReference)
      continue;
    INFO(row.op.str());
    std::vector<double> scalars = defaultScalars(row);
    ScalarBody body = instantiateBody(row, true, scalars);
    bool logical = row.low == 0 && row.high == 1;
    std::vector<double> samples = logical ? evenly(0, 1, 2) : evenly(-9, 9, 19);
    if (row.op == "nn.shift_left" || row.op == "nn.shift_right")
      samples = evenly(0, 9, 10);
    forGrid(row.operands, samples, [&](const std::vector<double> &point) {
      bool undefined = point.back() == 0 || (row.op == "nn.pow" && point.back() < 0);
      if (row.operands == 2 && undefined &&
          (row.op == "nn.divide" || row.op == "nn.mod" || row.op == "nn.fmod" ||
           row.op == "nn.pow"))
        return;
      std::vector<float> numbers(point.begin(), point.end());
      std::vector<int64_t> integers(point.begin(), point.end());
      double expected = double(row.integerReference(integers.data(), scalars.data()));
      // Powers of 9 leave the integers that f32 holds.
      double slack = row.op == "nn.pow" ? 1e-6 : 0;
      double error = errorOf(evaluateBody(body, numbers.data()), expected);
      INFO(point[0] << ", " << point.back() << " give " << expected);
      CHECK(error <= slack);
    });
  }
}

TEST_CASE("rows are found by name") {
  CHECK(findScalarRow("nn.add")->operands == 2);
  CHECK(findScalarRow("nn.conv") == nullptr);
  CHECK(findOnnxRow("Clip", 10) == nullptr);
  CHECK(findOnnxRow("Clip", 13)->op == "nn.clip");
  CHECK(findOnnxRow("LeakyRelu", 13)->scalars[0].value == 0.01);
}
