#define TRANSFUSION_ISA plain
#define TRANSFUSION_LANES 4
#include "convolution/convolution-passes.h"
#include "instruction-sets.h"
#include "normalisation/normalisation-passes.h"

namespace transfusion {
extern const InstructionSet plainSet{"plain", plain::kConvolutionPasses, plain::kNormalisationPasses};
}  // namespace transfusion
