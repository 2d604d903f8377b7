// Import of changes of shape: reshape and its relatives, transpose, broadcast, concat, tile.

#include "compiler/import/onnx/GraphImport.h"
#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Node.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include <numeric>

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;
using neuron::driver::Code;

namespace {

/// 0 copies the input's size unless `allowzero`; one -1 takes what is left.
void importReshape(Node &node) {
  Value input = node.operand(0);
  Ints shape = node.constantIntegers(1);
  bool zeroIsZero = node.integer("allowzero", 0) != 0;
  if (node.failed())
    return;
  ArrayRef<int64_t> from = node.shape(input);
  std::optional<size_t> open;
  Ints stated;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && !zeroIsZero) {
      if (!node.valid(i < from.size(), "size 0 copies a dimension that the input does not have"))
        return;
      shape[i] = from[i];
    }
    if (shape[i] == -1) {
      if (!node.valid(!open, "the shape has more than one -1"))
        return;
      open = i;
    } else {
      stated.push_back(shape[i]);
    }
  }
  int64_t total = node.type(input).getNumElements();
  std::optional<int64_t> known = elementCount(stated);
  if (!known)
    return node.fail(Code::BadNode, "the shape is negative or has more than 2^40 elements");
  if (open) {
    if (!node.valid(*known != 0 && total % *known == 0, "-1 cannot be resolved: " + Twine(total) +
                                                            " elements, and the other sizes "
                                                            "take " +
                                                            Twine(*known)))
      return;
    shape[*open] = total / *known;
  }
  node.result(node.reshape(input, shape));
}

void importFlatten(Node &node) {
  Value input = node.operand(0);
  int64_t axis = node.axis("axis", 1, node.rank(input), /*endAllowed=*/1);
  if (node.failed())
    return;
  Ints shape = {1, 1};
  for (auto [i, size] : llvm::enumerate(node.shape(input)))
    shape[static_cast<int64_t>(i) < axis ? 0 : 1] *= size;
  node.result(node.reshape(input, shape));
}

void importSqueeze(Node &node) {
  Value input = node.operand(0);
  std::optional<Ints> stated = node.integersFrom("axes", 1, 13);
  if (node.failed())
    return;
  ArrayRef<int64_t> from = node.shape(input);
  Ints axes = stated ? node.resolveAxes(*stated, node.rank(input)) : Ints();
  Ints shape;
  for (auto [i, size] : llvm::enumerate(from)) {
    bool named = llvm::is_contained(axes, static_cast<int64_t>(i));
    node.valid(!named || size == 1, "squeezed dimension " + Twine(i) + " has size " + Twine(size));
    if (!named && (stated || size != 1))
      shape.push_back(size);
  }
  node.result(node.reshape(input, shape));
}

void importUnsqueeze(Node &node) {
  Value input = node.operand(0);
  std::optional<Ints> stated = node.integersFrom("axes", 1, 13);
  node.valid(stated.has_value() || node.failed(), "axes are absent");
  if (node.failed())
    return;
  int64_t rank = node.rank(input) + static_cast<int64_t>(stated->size());
  Ints axes = node.resolveAxes(*stated, rank);
  if (node.failed())
    return;
  Ints shape;
  ArrayRef<int64_t> from = node.shape(input);
  for (int64_t i = 0, next = 0; i < rank; ++i)
    shape.push_back(llvm::is_contained(axes, i) ? 1 : from[static_cast<size_t>(next++)]);
  node.result(node.reshape(input, shape));
}

void importTranspose(Node &node) {
  Value input = node.operand(0);
  std::optional<Ints> perm = node.integers("perm");
  if (!perm)
    perm = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(node.rank(input))));
  node.result(node.transpose(input, *perm));
}

/// The shape to which `from` broadcasts when it must reach at least `wanted`, as Expand has it.
std::optional<Ints> expandedShape(Node &node, ArrayRef<int64_t> from, ArrayRef<int64_t> wanted) {
  size_t rank = std::max(from.size(), wanted.size());
  Ints shape;
  for (size_t i = 0; i < rank; ++i) {
    int64_t own = i + from.size() >= rank ? from[i + from.size() - rank] : 1;
    int64_t other = i + wanted.size() >= rank ? wanted[i + wanted.size() - rank] : 1;
    if (!node.valid(own == other || own == 1 || other == 1,
                    "size " + Twine(own) + " does not broadcast to " + Twine(other)))
      return std::nullopt;
    shape.push_back(own == 1 ? other : own);
  }
  return shape;
}

void importExpand(Node &node) {
  Value input = node.operand(0);
  Ints wanted = node.constantIntegers(1);
  if (node.failed())
    return;
  if (std::optional<Ints> shape = expandedShape(node, node.shape(input), wanted))
    node.result(node.broadcast(input, *shape));
}

void importTile(Node &node) {
  Value input = node.operand(0);
  Ints repeats = node.constantIntegers(1);
  node.result(node.make<nn::TileOp>(input, node.attr("repeats", repeats)));
}

void importConcat(Node &node) {
  int64_t axis = node.axis("axis", INT64_MIN, node.rank(node.operand(0)));
  node.result(node.make<nn::ConcatOp>(node.allOperands(), node.attr("axis", axis)));
}

void importDepthToSpace(Node &node) {
  node.result(node.make<nn::DepthToSpaceOp>(node.operand(0),
                                            {node.attr("block", node.requiredInteger("blocksize")),
                                             node.word("mode", node.text("mode", "DCR"))}));
}

void importSpaceToDepth(Node &node) {
  node.result(node.make<nn::SpaceToDepthOp>(node.operand(0),
                                            node.attr("block", node.requiredInteger("blocksize"))));
}

const ImportRow rows[] = {
    {"Reshape", 5, 2, 2, importReshape},
    {"Flatten", 1, 1, 1, importFlatten},
    {"Squeeze", 1, 1, 2, importSqueeze},
    {"Unsqueeze", 1, 1, 2, importUnsqueeze},
    {"Transpose", 1, 1, 1, importTranspose},
    {"Expand", 8, 2, 2, importExpand},
    {"Tile", 6, 2, 2, importTile},
    {"Concat", 4, 1, -1, importConcat},
    {"DepthToSpace", 1, 1, 1, importDepthToSpace},
    {"SpaceToDepth", 1, 1, 1, importSpaceToDepth},
};

} // namespace

llvm::ArrayRef<ImportRow> neuron::importer::shapeForms() { return rows; }
