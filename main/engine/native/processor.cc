#include "processor.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace transfusion {

#if defined(__x86_64__)
// Null where the compiler could not make them: the set-up then leaves their sources out.
extern const InstructionSet avx2Set __attribute__((weak));
extern const InstructionSet avx512Set __attribute__((weak));
#endif

namespace {

std::vector<const InstructionSet*> detect() {
  std::vector<const InstructionSet*> sets{&plainSet};
#if defined(__x86_64__)
  // These also ask whether the operating system saves the wide registers.
  __builtin_cpu_init();
  const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (&avx2Set && hasAvx2) sets.push_back(&avx2Set);
  if (&avx512Set && hasAvx2 && __builtin_cpu_supports("avx512f")) sets.push_back(&avx512Set);
#endif
  return sets;
}

const std::vector<const InstructionSet*>& supported() {
  static const std::vector<const InstructionSet*> sets = detect();
  return sets;
}

constexpr std::size_t kMiB = std::size_t{1} << 20;

// Size of a level's data cache for the first processor; sysconf adds up several on some machines.
std::size_t cacheBytes(int level, std::size_t otherwise) {
  for (int index = 0; index < 8; index++) {
    const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
    std::ifstream levelFile(folder + "level"), typeFile(folder + "type"), sizeFile(folder + "size");
    int found = 0;
    std::size_t size = 0;
    std::string type;
    char unit = 0;
    if (!(levelFile >> found) || !(typeFile >> type) || !(sizeFile >> size >> unit)) continue;
    if (found == level && type != "Instruction") return size * (unit == 'M' ? kMiB : unit == 'K' ? 1024 : 1);
  }
  return otherwise;
}

}  // namespace

const InstructionSet* setNamed(const std::string& name, std::string& message) {
  if (name.empty()) return &chosenSet();
  for (const InstructionSet* set : supported())
    if (name == set->name) return set;
  message = "expected one of the instruction sets that run on this processor (" + supportedSets() + "), got \"" + name + "\"";
  return nullptr;
}

const InstructionSet& chosenSet() {
  static const InstructionSet* const chosen = [] {
    std::string message;
    const char* wanted = std::getenv("TRANSFUSION_INSTRUCTION_SET");
    const InstructionSet* set = wanted && *wanted ? setNamed(wanted, message) : nullptr;
    return set ? set : supported().back();
  }();
  return *chosen;
}

std::string supportedSets() {
  std::string names;
  for (const InstructionSet* set : supported()) names += (names.empty() ? "" : " ") + std::string(set->name);
  return names;
}

const Caches& caches() {
  static const Caches found{cacheBytes(2, kMiB / 2), cacheBytes(3, 8 * kMiB)};
  return found;
}

Blocking blocking() {
  // A server's third cache is shared by more programs than this one; beside a small one there are the second caches.
  const std::size_t shared = std::clamp(caches().third, 4 * kMiB, 32 * kMiB);
  return {shared / 16 * 7, shared / 32 * 3};
}

}  // namespace transfusion
