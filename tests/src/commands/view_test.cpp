#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "system/shared_library.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::kTinyModel;
using test_support::Outcome;
using test_support::read_file;
using test_support::run_in_shell;
using test_support::run_program;
using test_support::TemporaryFolder;
using test_support::write_noise;

class Viewing : public testing::Test {
 protected:
  Viewing() {
    write_noise(folder_ / "pictures", 4, 8, 3);
    const Outcome outcome = run_program("train --data " + path("pictures") + " --out " + path("run") +
                                        kTinyModel + " --device cpu --steps 2 --sample-every 1");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  TemporaryFolder folder_;
};

bool has_windows() {
  return SharedLibrary("libganwright_window.so").reason().empty();
}

TEST_F(Viewing, WithoutADisplaySaysSoInOneLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"env -u DISPLAY -u WAYLAND_DISPLAY -u QT_QPA_PLATFORM", "there is no display"},
      {"env -u DISPLAY -u QT_QPA_PLATFORM WAYLAND_DISPLAY=wayland-0", "Wayland"},
      {"env -u QT_QPA_PLATFORM DISPLAY=:987", "display :987 does not answer"},
      {"env -u QT_QPA_PLATFORM DISPLAY=nonsense", "display nonsense does not answer"}};
  for (const auto& [environment, hint] : cases) {
    const Outcome outcome = run_in_shell("view " + path("run"), environment);
    EXPECT_EQ(outcome.exit_code, 2) << environment << outcome.errors;
    EXPECT_TRUE(is_one_line(outcome.errors)) << outcome.errors;
    const std::string expected = has_windows() ? hint : "libopencv-highgui-dev";
    EXPECT_NE(outcome.errors.find(expected), std::string::npos) << outcome.errors;
  }
}

TEST_F(Viewing, OfNoRunIsRefused) {
  const Outcome outcome = run_program("view " + path("pictures"));
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_TRUE(is_one_line(outcome.errors)) << outcome.errors;
}

// A display that nobody sees, for as long as it lives.
class InvisibleDisplay {
 public:
  InvisibleDisplay() {
    int ends[2];
    if (pipe(ends) != 0) {
      return;
    }
    process_ = fork();
    if (process_ == 0) {
      close(ends[0]);
      const int silent = open("/dev/null", O_RDWR);
      dup2(silent, STDOUT_FILENO);
      dup2(silent, STDERR_FILENO);
      const std::string number = std::to_string(ends[1]);
      execlp("Xvfb", "Xvfb", "-displayfd", number.c_str(), "-screen", "0", "1280x1024x24", nullptr);
      _exit(127);
    }
    close(ends[1]);
    // It names the display that it found free as soon as it answers.
    for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) {
      name_ += c;
    }
    close(ends[0]);
  }
  InvisibleDisplay(const InvisibleDisplay&) = delete;
  InvisibleDisplay& operator=(const InvisibleDisplay&) = delete;
  ~InvisibleDisplay() {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] std::string name() const { return ":" + name_; }
  [[nodiscard]] bool is_there() const { return !name_.empty(); }

 private:
  pid_t process_ = 0;
  std::string name_;
};

int shell(const std::string& command) {
  return std::system(("timeout 60 bash -c '" + command + "' >/dev/null 2>&1").c_str());
}

TEST_F(Viewing, ShowsTheRunAndDoesWhatKeysSay) {
  if (!has_windows()) {
    GTEST_SKIP() << "this build has no windows (libopencv-highgui-dev)";
  }
  if (shell("command -v Xvfb && command -v xdotool") != 0) {
    GTEST_SKIP() << "Xvfb or xdotool is not installed";
  }
  const InvisibleDisplay display;
  ASSERT_TRUE(display.is_there());
  const std::string environment = "env -u QT_QPA_PLATFORM -u WAYLAND_DISPLAY DISPLAY=" + display.name() + " ";
  FILE* const output = popen((environment + "timeout 60 " GANWRIGHT_BINARY " view " + path("run") + " 2>" +
                              path("errors") + " </dev/null")
                                 .c_str(),
                             "r");
  const auto press = [&](const std::string& key) {
    EXPECT_EQ(shell(environment +
                    "xdotool search --sync --onlyvisible --name ganwright windowfocus --sync key " + key),
              0)
        << key;
  };
  // The program tells the name of each picture that it has saved.
  const auto saved = [&] {
    press("s");
    char line[4096] = "";
    EXPECT_NE(fgets(line, sizeof(line), output), nullptr);
    return read_file(std::string(line, strcspn(line, "\n")));
  };
  EXPECT_EQ(saved(), read_file(path("run/samples/000000002.png")));
  press("Left");
  EXPECT_EQ(saved(), read_file(path("run/samples/000000001.png")));
  press("n");
  const std::string latents = saved();
  EXPECT_EQ(cv::imdecode(std::vector<char>(latents.begin(), latents.end()), cv::IMREAD_COLOR).rows, 512);
  press("i");
  const std::string moving = saved();
  EXPECT_EQ(cv::imdecode(std::vector<char>(moving.begin(), moving.end()), cv::IMREAD_COLOR).rows, 256);
  press("q");
  EXPECT_EQ(pclose(output), 0);
  EXPECT_EQ(read_file(path("errors")), "");
}

}  // namespace
}  // namespace ganwright
