#define TRANSFUSION_ISA avx2
#define TRANSFUSION_LANES 8
#include "convolution/convolution-passes.h"
#include "instruction-sets.h"
#include "normalisation/normalisation-passes.h"

namespace transfusion {
extern const InstructionSet avx2Set{"avx2", avx2::kConvolutionPasses, avx2::kNormalisationPasses};
}  // namespace transfusion
