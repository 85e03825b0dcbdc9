#include "report/event_file.h"

#include <gtest/gtest.h>

#include <cmath>

#include "errors.h"
#include "imaging/grid.h"
#include "report/event_records.h"
#include "tests/support/read_events.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::FileSizeLimit;
using test_support::read_event;
using test_support::read_event_files;
using test_support::read_file;
using test_support::read_records;
using test_support::ReadEvent;
using test_support::TemporaryFolder;
using test_support::write_file;
using Record = nlohmann::ordered_json;

fs::path only_file_in(const fs::path& folder) {
  return fs::directory_iterator(folder)->path();
}

TEST(EventRecords, ChecksumsAreThoseOfTheStandard) {
  // RFC 3720, B.4, and the usual check value of CRC-32C, masked as in TensorFlow's crc32c.h.
  const auto masked = [](uint32_t sum) { return (sum >> 15 | sum << 17) + 0xA282EAD8U; };
  EXPECT_EQ(masked_crc32c("123456789"), masked(0xE3069283U));
  EXPECT_EQ(masked_crc32c(std::string(32, '\0')), masked(0x8A9136AAU));
  EXPECT_EQ(masked_crc32c(std::string(32, '\xFF')), masked(0x62A8AB43U));
}

TEST(EventRecords, ARecordHoldsItsBytesAndATornOneIsSeen) {
  for (const std::string& bytes : {std::string(), std::string("a"), std::string(1000, '\0')}) {
    const std::string record = framed_record(bytes);
    EXPECT_EQ(read_records(record), (std::pair{std::vector<std::string>{bytes}, true}));
    EXPECT_FALSE(read_records(record + framed_record("next").substr(0, 17)).second);
  }
}

TEST(EventRecords, AVersionIsTheBytesThatTensorFlowWrites) {
  // 1.0 as a double in field 1, "brain.Event:2" in field 3.
  EXPECT_EQ(version_event(1), std::string("\x09\0\0\0\0\0\0\xF0\x3F\x1A\x0D", 11) + "brain.Event:2");
}

TEST(EventRecords, LargeStepsAndPicturesKeepEveryBit) {
  const int64_t step = (int64_t{1} << 40) + 129;
  EXPECT_EQ(read_event(scalars_event(0.5, step, {{"a", 1.5F}})).step, step);
  const std::string png(70'000, '\x80');
  const ReadEvent event = read_event(picture_event(2.5, 3, "samples", {png, 672, 300, 3}));
  EXPECT_EQ(event.time, 2.5);
  const ReadEvent::Picture& picture = event.pictures.at("samples");
  EXPECT_EQ(picture.encoded, png);
  EXPECT_EQ((std::vector{picture.height, picture.width, picture.colorspace}),
            (std::vector<int64_t>{672, 300, 3}));
}

TEST(EventFile, HoldsTheNumbersOfALineWithoutThoseThatAreNone) {
  const TemporaryFolder folder;
  EventFile file(folder / "");
  EXPECT_TRUE(fs::is_empty(folder / ""));
  file.add_scalars("training", {{"step", 20},
                                {"loss", 0.25},
                                {"images", 1280},
                                {"ratio", nullptr},
                                {"deep", -INFINITY},
                                {"beyond", 1e300},
                                {"features", "random"}});
  const std::vector<ReadEvent> events = read_event_files(folder / "");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].file_version, "brain.Event:2");
  EXPECT_EQ(events[1].step, 20);
  EXPECT_EQ(events[1].scalars,
            (std::map<std::string, float>{{"training/loss", 0.25F}, {"training/images", 1280.F}}));
  EXPECT_NEAR(events[1].time, static_cast<double>(std::time(nullptr)), 60);
}

TEST(EventFile, APictureTellsItsSizeAndColors) {
  const TemporaryFolder folder;
  const TemporaryFolder pictures;
  write_png(pictures / "grey.png", image_grid(torch::rand({2, 1, 5, 7}), 2, 1));
  write_png(pictures / "color.png", image_grid(torch::rand({1, 3, 5, 7}), 1, 1));
  EventFile file(folder / "");
  file.add_picture("grey", 1, pictures / "grey.png");
  file.add_picture("color", 2, pictures / "color.png");
  const std::vector<ReadEvent> events = read_event_files(folder / "");
  const ReadEvent::Picture grey = events.at(1).pictures.at("grey");
  EXPECT_EQ((std::vector{grey.height, grey.width, grey.colorspace}), (std::vector<int64_t>{5, 14, 1}));
  EXPECT_EQ(grey.encoded, read_file(pictures / "grey.png"));
  const ReadEvent::Picture color = events.at(2).pictures.at("color");
  EXPECT_EQ((std::vector{color.height, color.width, color.colorspace}), (std::vector<int64_t>{5, 7, 3}));
}

TEST(EventFile, ASessionThatGoesOnHasAFileBehindTheOthersAndDropsTheLaterSteps) {
  const TemporaryFolder folder;
  {
    EventFile first(folder / "");
    first.add_scalars("t", {{"step", 1}, {"x", 1}});
    first.add_scalars("t", {{"step", 2}, {"x", 2}});
    first.add_scalars("t", {{"step", 3}, {"x", 3}});
  }
  // Both within a second: the names still tell the order.
  EventFile second(folder / "");
  second.restart_after(1);
  second.add_scalars("t", {{"step", 2}, {"x", 20}});
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / ""), {}), 2);
  EXPECT_EQ(scalars_of(read_event_files(folder / ""), "t/x"),
            (std::vector<std::pair<int64_t, float>>{{1, 1.F}, {2, 20.F}}));
}

TEST(EventFile, WhatDoesNotFitOnTheDiskIsAnErrorAndIsWrittenWithTheNextRecord) {
  const TemporaryFolder folder;
  EventFile file(folder / "");
  file.add_scalars("t", {{"step", 1}, {"x", 1}});
  const std::string before = read_file(only_file_in(folder / ""));
  for (const size_t room : {size_t{0}, size_t{5}}) {
    const FileSizeLimit limit(before.size() + room);
    EXPECT_THROW(file.add_scalars("t", {{"step", 2 + room}, {"x", 2}}), WriteError);
    EXPECT_EQ(read_file(only_file_in(folder / "")), before);
  }
  file.add_scalars("t", {{"step", 8}, {"x", 3}});
  EXPECT_EQ(scalars_of(read_event_files(folder / ""), "t/x"),
            (std::vector<std::pair<int64_t, float>>{{1, 1.F}, {2, 2.F}, {7, 2.F}, {8, 3.F}}));
}

TEST(EventFile, APlaceThatCannotBeWrittenToIsAnError) {
  const TemporaryFolder folder;
  EXPECT_THROW(EventFile(folder / "missing").restart_after(0), WriteError);
}

}  // namespace
}  // namespace ganwright
