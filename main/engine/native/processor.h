// What this processor has: instruction sets and caches.
#pragma once
#include <string>

#include "instruction-sets.h"

namespace transfusion {

// The widest set that the processor and the system support; TRANSFUSION_INSTRUCTION_SET (plain, avx2, avx512) takes a narrower one.
const InstructionSet& chosenSet();

// The set of that name; null and a message where it is unknown or not supported here. An empty name means the chosen one.
const InstructionSet* setNamed(const std::string& name, std::string& message);

// Names of the sets that run here, narrowest first, separated by spaces.
std::string supportedSets();

struct Caches {
  std::size_t second, third;  // bytes; a core's own, and the one that cores share
};
const Caches& caches();

Blocking blocking();

}  // namespace transfusion
