#include "scratch.h"

#include <cstdint>

#include <sys/mman.h>

namespace transfusion {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

class Block {
 public:
  ~Block() { release(); }

  float* get(std::size_t count) {
    if (count > SIZE_MAX / sizeof(float) - kHugePage) return nullptr;
    const std::size_t bytes = (count * sizeof(float) + kHugePage - 1) / kHugePage * kHugePage;
    if (bytes <= size_) return data_;
    release();
    // A page more, so that the part that is used can begin at a huge page.
    void* mapped = mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    mapped_ = mapped;
    size_ = bytes;
    const auto start = (reinterpret_cast<std::uintptr_t>(mapped) + kHugePage - 1) / kHugePage * kHugePage;
    data_ = reinterpret_cast<float*>(start);
    // Spectra are spread over hundreds of planes: with pages of 4 KiB every store would miss the TLB.
    madvise(data_, bytes, MADV_HUGEPAGE);
    return data_;
  }

 private:
  void release() {
    if (mapped_) munmap(mapped_, size_ + kHugePage);
    mapped_ = nullptr;
    data_ = nullptr;
    size_ = 0;
  }

  void* mapped_ = nullptr;
  float* data_ = nullptr;
  std::size_t size_ = 0;
};

float* get(void* owner, std::size_t count) { return static_cast<Block*>(owner)->get(count); }

}  // namespace

Scratch threadScratch() {
  thread_local Block block;
  return {&block, get};
}

}  // namespace transfusion
