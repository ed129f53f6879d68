#include "workers.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

namespace transfusion {
namespace {

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// How often a thread looks before it sleeps: some 20 microseconds, about as long as waking takes.
constexpr int kLooks = 500;

// One call of `run`. Lies on the caller's stack, so nobody may look at it after `left` has become 0 and `helpers` is 0.
struct Job {
  void (*body)(void*, int, int);
  void* data;
  int count, grain;
  std::atomic<int> next{0};
  int helpers = 0;  // threads inside `work`; under the pool's mutex

  void work() {
    for (;;) {
      const int begin = next.fetch_add(grain, std::memory_order_relaxed);
      if (begin >= count) return;
      body(data, begin, std::min(begin + grain, count));
    }
  }
  bool isOpen() const { return next.load(std::memory_order_relaxed) < count; }
};

class Pool {
 public:
  explicit Pool(int threads) {
    for (int i = 1; i < threads; i++) std::thread([this] { serve(); }).detach();
  }

  void run(Job& job) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      jobs_.push_back(&job);
      version_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    job.work();
    std::unique_lock<std::mutex> lock(mutex_);
    jobs_.erase(std::find(jobs_.begin(), jobs_.end(), &job));
    for (int look = 0; job.helpers > 0 && look < kLooks; look++) {
      lock.unlock();
      pause();
      lock.lock();
    }
    done_.wait(lock, [&] { return job.helpers == 0; });
  }

 private:
  void serve() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      if (Job* job = openJob()) {
        job->helpers++;
        lock.unlock();
        job->work();
        lock.lock();
        if (--job->helpers == 0) done_.notify_all();
        continue;
      }
      const auto version = version_.load(std::memory_order_acquire);
      lock.unlock();
      for (int look = 0; version_.load(std::memory_order_acquire) == version && look < kLooks; look++) pause();
      lock.lock();
      wake_.wait(lock, [&] { return version_.load(std::memory_order_acquire) != version; });
    }
  }

  Job* openJob() {
    for (Job* job : jobs_)
      if (job->isOpen()) return job;
    return nullptr;
  }

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::atomic<unsigned> version_{0};
  std::vector<Job*> jobs_;
};

void runShared(void* pool, int count, int grain, void (*body)(void*, int, int), void* data) {
  if (count <= grain || workerCount() == 1) return body(data, 0, count);
  Job job{body, data, count, grain};
  static_cast<Pool*>(pool)->run(job);
}

void runAlone(void*, int count, int, void (*body)(void*, int, int), void* data) { body(data, 0, count); }

}  // namespace

int workerCount() {
  static const int count = [] {
    const char* text = std::getenv("TF_NUM_INTRAOP_THREADS");
    if (const int wanted = text ? std::atoi(text) : 0; wanted > 0) return std::min(wanted, 256);
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(1, CPU_COUNT(&set));
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }();
  return count;
}

Parallel sharedWorkers() {
  // Never destroyed: its threads run until the process ends.
  static Pool* const pool = new Pool(workerCount());
  return {pool, runShared};
}

Parallel singleWorker() { return {nullptr, runAlone}; }

}  // namespace transfusion
