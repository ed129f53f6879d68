#define TRANSFUSION_ISA avx512
#define TRANSFUSION_LANES 16
#include "convolution/convolution-passes.h"
#include "instruction-sets.h"
#include "normalisation/normalisation-passes.h"

namespace transfusion {
extern const InstructionSet avx512Set{"avx512", avx512::kConvolutionPasses, avx512::kNormalisationPasses};
}  // namespace transfusion
