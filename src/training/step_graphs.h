#pragma once

#include <c10/core/Stream.h>
#include <torch/types.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ganwright {

/// Runs the parts of a training step. On the CPU it just calls them; on a CUDA device it captures each as a
/// graph, so that later on one launch enqueues all of its kernels.
///
/// Replaying a captured part repeats the same operations on the same tensors. Its inputs and outputs must
/// therefore be tensors that live as long as this object, per-step values must be on the device, and no
/// tensor it creates may outlive it. It draws random numbers from the default generator of the device alone.
/// A part that cannot be captured is called each time, with one warning that says why.
class StepGraphs {
 public:
  /// Runs parts on `device`.
  explicit StepGraphs(const torch::Device& device);
  ~StepGraphs();
  StepGraphs(const StepGraphs&) = delete;
  StepGraphs& operator=(const StepGraphs&) = delete;
  StepGraphs(StepGraphs&&) = delete;
  StepGraphs& operator=(StepGraphs&&) = delete;

  /// Runs the part of this name, whose body is the same each time: calls it the first three times, which
  /// warms up the allocator and the libraries, captures it the fourth time, and enqueues the graph from then
  /// on. Throws what the body throws when it is called.
  void run(const std::string& name, const std::function<void()>& body);

  /// Whether the part of this name is enqueued as a graph by now.
  [[nodiscard]] bool is_captured(const std::string& name) const;

 private:
  using Calls = std::vector<std::unique_ptr<std::function<void()>>>;
  struct Part {
    int calls_of_body = 0;
    void* graph = nullptr;
    Calls host_calls;  // what the graph calls on the host
  };
  void capture(const std::string& name, const std::function<void()>& body);
  void beside(const std::function<void()>& body) const;

  torch::Device device_;
  // Beside the default stream, which cannot be captured. What warms a graph up runs there, too, since
  // allocator, libraries and autograd keep their things by stream.
  std::optional<c10::Stream> side_stream_;
  std::map<std::string, Part> parts_;
  void* first_graph_ = nullptr;
  bool captures_ = true;
};

/// A stream caller (losses/on_host.h) for the current stream of the current CUDA device, once the CUDA
/// library has been loaded. A function that a part enqueues while it is captured lives as long as its graph,
/// any other until it has been called.
void call_in_stream(std::function<void()> function);

}  // namespace ganwright
