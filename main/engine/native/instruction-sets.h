// The same passes for each instruction set.
#pragma once
#include "convolution/convolution.h"
#include "normalisation/normalisation.h"

namespace transfusion {

struct InstructionSet {
  const char* name;
  ConvolutionPasses convolution;
  NormalisationPasses normalisation;
};

// For any processor of this architecture. The next two exist on x86-64 only.
extern const InstructionSet plainSet;
extern const InstructionSet avx2Set;    // AVX2 and FMA
extern const InstructionSet avx512Set;  // AVX-512 F

}  // namespace transfusion
