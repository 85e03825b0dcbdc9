#include "cli/progress.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>

namespace ganwright {
namespace {

TEST(FormatDuration, ShowsTheTwoLargestUnits) {
  EXPECT_EQ(format_duration(0), "0s");
  EXPECT_EQ(format_duration(45.4), "45s");
  EXPECT_EQ(format_duration(192), "3m 12s");
  EXPECT_EQ(format_duration(7500), "2h 05m");
  EXPECT_EQ(format_duration(3 * 86400 + 4 * 3600), "3d 04h");
}

TEST(FormatDuration, CarriesWhenItRounds) {
  EXPECT_EQ(format_duration(59.6), "1m 00s");
  EXPECT_EQ(format_duration(3599.6), "1h 00m");
  EXPECT_EQ(format_duration(2 * 3600 - 1), "2h 00m");
  EXPECT_EQ(format_duration(86399), "1d 00h");
}

TEST(FormatDuration, MarksWhatIsNoDuration) {
  EXPECT_EQ(format_duration(-1), "?");
  EXPECT_EQ(format_duration(std::nan("")), "?");
  EXPECT_EQ(format_duration(std::numeric_limits<double>::infinity()), "?");
}

TEST(SecondsLeft, AreThoseOfTheLimitThatAreNotOver) {
  const auto now = std::chrono::steady_clock::now();
  EXPECT_EQ(seconds_left(0, now - std::chrono::hours(1)), kNoTimeLimit);
  EXPECT_EQ(seconds_left(1, now - std::chrono::minutes(2)), 0);
  EXPECT_GT(seconds_left(180, now - std::chrono::hours(1)), 0);
  EXPECT_LE(seconds_left(180, now - std::chrono::hours(1)), 7200);
}

TEST(FormatProgress, ShowsShareRateTimeLeftAndMore) {
  EXPECT_EQ(format_progress("train", 500, 2000, 12.5, "loss 0.7"),
            "train 500/2000 (25%), 12.5/s, ETA 2m 00s, loss 0.7");
  EXPECT_EQ(format_progress("read", 1, 3, 0.05, ""), "read 1/3 (33%), 0.05/s, ETA 40s");
  EXPECT_EQ(format_progress("read", 9, 10, 12345.6, ""), "read 9/10 (90%), 12346/s, ETA 0s");
}

TEST(FormatProgress, ShowsTheSmallerOfTwoTimesLeft) {
  EXPECT_EQ(format_progress("train", 500, 2000, 12.5, "", 45), "train 500/2000 (25%), 12.5/s, ETA 45s");
  EXPECT_EQ(format_progress("train", 500, 2000, 12.5, "", 500), "train 500/2000 (25%), 12.5/s, ETA 2m 00s");
}

TEST(FormatProgress, LeavesOutWhatARateOfZeroCannotTell) {
  EXPECT_EQ(format_progress("train", 0, 10, 0, ""), "train 0/10 (0%)");
}

TEST(FormatProgress, SaysHundredPercentAtTheEndOnly) {
  EXPECT_EQ(format_progress("train", 1999, 2000, 0, ""), "train 1999/2000 (99%)");
  EXPECT_EQ(format_progress("train", 2000, 2000, 1, ""), "train 2000/2000 (100%), 1.0/s, ETA 0s");
  EXPECT_EQ(format_progress("nothing", 0, 0, 0, ""), "nothing 0/0 (100%)");
}

TEST(ClipToWidth, CutsBetweenCharacters) {
  EXPECT_EQ(clip_to_width("abc", 3), "abc");
  EXPECT_EQ(clip_to_width("abcd", 3), "abc");
  EXPECT_EQ(clip_to_width("größe", 4), "größ");
  EXPECT_EQ(clip_to_width("größe", 2), "gr");
  EXPECT_EQ(clip_to_width("abc", 0), "");
}

TEST(ProgressSchedule, IsQuietForTwoSecondsThenSpeaksOncePerInterval) {
  ProgressSchedule schedule("train", 1000, 10, 100);
  int lines = 0;
  for (int64_t step = 1; step <= 360; ++step) {
    const double now = 100 + static_cast<double>(step) / 10;
    const bool due = step == 20 || step == 120 || step == 220 || step == 320;
    EXPECT_EQ(schedule.update(step, "", now).has_value(), due) << now;
    lines += due ? 1 : 0;
  }
  EXPECT_EQ(lines, 4);
}

TEST(ProgressSchedule, SaysNothingAboutWorkOfLessThanTwoSeconds) {
  ProgressSchedule schedule("read", 10, 0.2, 0);
  EXPECT_FALSE(schedule.update(5, "", 1));
  EXPECT_FALSE(schedule.update(10, "", 1.9));
}

TEST(ProgressSchedule, EndsNoLaterThanItIsTold) {
  ProgressSchedule schedule("train", 1000, 10, 0);
  EXPECT_FALSE(schedule.update(0, "", 0, 60));
  EXPECT_EQ(schedule.update(30, "", 30, 30), "train 30/1000 (3%), 1.0/s, ETA 30s");
}

TEST(ProgressSchedule, ShowsTheEndOnceWhateverTheInterval) {
  ProgressSchedule schedule("train", 10, 10, 0);
  ASSERT_TRUE(schedule.update(5, "", 2));
  EXPECT_EQ(schedule.update(10, "", 3), "train 10/10 (100%), 5.0/s, ETA 0s");
  EXPECT_FALSE(schedule.update(10, "", 3.1));
}

TEST(ProgressSchedule, AResumedRunIsTimedFromItsOwnFirstUpdate) {
  ProgressSchedule schedule("train", 10'000, 10, 0);
  EXPECT_FALSE(schedule.update(9'000, "", 1));
  EXPECT_EQ(schedule.update(9'020, "", 11), "train 9020/10000 (90%), 2.0/s, ETA 8m 10s");
}

}  // namespace
}  // namespace ganwright
