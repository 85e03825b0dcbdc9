#include "training/step_graphs.h"

#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "training/cuda/backend.h"
#include "training/device.h"

namespace ganwright {
namespace {

using HostCall = std::function<void()>;

// Where call_in_stream leaves functions while this thread captures a graph.
thread_local std::vector<std::unique_ptr<HostCall>>* calls_of_capture = nullptr;

class CallsGoTo {
 public:
  explicit CallsGoTo(std::vector<std::unique_ptr<HostCall>>& calls) { calls_of_capture = &calls; }
  ~CallsGoTo() { calls_of_capture = nullptr; }
  CallsGoTo(const CallsGoTo&) = delete;
  CallsGoTo& operator=(const CallsGoTo&) = delete;
  CallsGoTo(CallsGoTo&&) = delete;
  CallsGoTo& operator=(CallsGoTo&&) = delete;
};

void call(void* function) {
  (*static_cast<const HostCall*>(function))();
}

void call_and_delete(void* function) {
  const std::unique_ptr<HostCall> owned(static_cast<HostCall*>(function));
  (*owned)();
}

// One for all: the libraries of matrix products keep workspaces for every stream that they have seen.
const c10::Stream& stream_beside(const torch::Device& device) {
  static const c10::Stream stream =
      c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
  return stream;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

StepGraphs::StepGraphs(const torch::Device& device) : device_(device) {
  if (!device.is_cpu()) {
    side_stream_ = stream_beside(device);
  }
}

StepGraphs::~StepGraphs() {
  for (auto& [name, part] : parts_) {
    if (part.graph != nullptr) {
      cuda_library().function<decltype(ganwright_cuda_release)>("ganwright_cuda_release")(part.graph);
    }
  }
}

void StepGraphs::run(const std::string& name, const std::function<void()>& body) {
  if (device_.is_cpu()) {
    body();
    return;
  }
  constexpr int kWarmUps = 3;
  Part& part = parts_[name];
  if (part.graph == nullptr && captures_ && part.calls_of_body >= kWarmUps) {
    capture(name, body);
  }
  if (part.graph != nullptr) {
    cuda_library().function<decltype(ganwright_cuda_replay)>("ganwright_cuda_replay")(part.graph);
    return;
  }
  ++part.calls_of_body;
  beside(body);
}

bool StepGraphs::is_captured(const std::string& name) const {
  const auto part = parts_.find(name);
  return part != parts_.end() && part->second.graph != nullptr;
}

void StepGraphs::capture(const std::string& name, const std::function<void()>& body) {
  Part& part = parts_[name];
  std::string reason;
  try {
    const CallsGoTo calls_go_to(part.host_calls);
    beside([&] {
      part.graph = cuda_library().function<decltype(ganwright_cuda_capture)>("ganwright_cuda_capture")(
          [](void* context) { (*static_cast<const std::function<void()>*>(context))(); },
          const_cast<std::function<void()>*>(&body), first_graph_);
    });
    first_graph_ = first_graph_ == nullptr ? part.graph : first_graph_;
    return;
  } catch (const c10::Error& error) {
    reason = error.what_without_backtrace();
  } catch (const std::exception& error) {
    reason = error.what();
  }
  part.host_calls.clear();
  captures_ = false;
  spdlog::warn("cannot capture the {} step as a CUDA graph ({}); training continues without it, more slowly",
               name, first_line(reason));
}

// On the side stream, in order with the current one.
void StepGraphs::beside(const std::function<void()>& body) const {
  const c10::Stream current = c10::impl::VirtualGuardImpl(device_.type()).getStream(device_);
  c10::Event before(device_.type());
  before.record(current);
  before.block(*side_stream_);
  {
    const c10::StreamGuard guard(*side_stream_);
    body();
  }
  c10::Event after(device_.type());
  after.record(*side_stream_);
  after.block(current);
}

void call_in_stream(std::function<void()> function) {
  auto owned = std::make_unique<HostCall>(std::move(function));
  const auto enqueue =
      cuda_library().function<decltype(ganwright_cuda_call_host)>("ganwright_cuda_call_host");
  if (calls_of_capture != nullptr) {
    enqueue(call, owned.get());
    calls_of_capture->push_back(std::move(owned));
  } else {
    enqueue(call_and_delete, owned.get());
    static_cast<void>(owned.release());
  }
}

}  // namespace ganwright
