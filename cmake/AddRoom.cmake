# ganwright_add_room(NAME FOLDER folder [KNOWS algebra|tensors] [USES room...] [LIBRARIES target...])
#
# Makes the static library ganwright_NAME of the sources of a folder (not of those below it), linked to the rooms and
# libraries that its files may include: GiNaC where it KNOWS algebra, LibTorch where it KNOWS tensors. Both headers are
# precompiled once, by the first room that knows them. tests/rooms_test reads the list that ganwright_write_rooms
# leaves and fails where an #include goes elsewhere.
function(ganwright_add_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "FOLDER;KNOWS" "USES;LIBRARIES")
  file(GLOB sources CONFIGURE_DEPENDS "${room_FOLDER}/*.cpp")
  add_library(ganwright_${name} STATIC ${sources})
  set_target_properties(ganwright_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(ganwright_${name} PUBLIC cxx_std_20)
  list(TRANSFORM room_USES PREPEND "ganwright_" OUTPUT_VARIABLE rooms)
  target_link_libraries(ganwright_${name} PUBLIC ${rooms} ${room_LIBRARIES} $<BUILD_INTERFACE:ganwright_warnings>)
  target_include_directories(ganwright_${name} PUBLIC
    "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR};${CMAKE_SOURCE_DIR}/src>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/ganwright>")

  if(room_KNOWS STREQUAL algebra)
    target_link_libraries(ganwright_${name} PUBLIC PkgConfig::GiNaC)
    set(headers <ginac/ginac.h>)
  elseif(room_KNOWS STREQUAL tensors)
    target_link_libraries(ganwright_${name} PUBLIC LibTorch::LibTorch)
    # Not <torch/torch.h>: each file that loads it precompiled pays 8 s, for these 3.5 s.
    set(headers <torch/types.h> <torch/nn/modules/linear.h> <torch/nn/modules/container/modulelist.h>
        <torch/nn/modules/container/parameterlist.h>)
  endif()
  get_property(owner GLOBAL PROPERTY ganwright_precompiles_${room_KNOWS})
  if(owner)
    target_precompile_headers(ganwright_${name} REUSE_FROM ${owner})
  elseif(headers)
    target_precompile_headers(ganwright_${name} PRIVATE ${headers})
    set_property(GLOBAL PROPERTY ganwright_precompiles_${room_KNOWS} ganwright_${name})
  endif()

  list(JOIN room_USES " " uses)
  set_property(GLOBAL APPEND PROPERTY ganwright_rooms "${name}:${room_FOLDER}:${room_KNOWS}:${uses}")
endfunction()

# Writes a line "NAME:FOLDER:KNOWS:ROOM..." for each room into rooms.txt of the build folder.
function(ganwright_write_rooms)
  get_property(rooms GLOBAL PROPERTY ganwright_rooms)
  list(JOIN rooms "\n" lines)
  file(WRITE "${CMAKE_BINARY_DIR}/rooms.txt" "${lines}\n")
endfunction()
