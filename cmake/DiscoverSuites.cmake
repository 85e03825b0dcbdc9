# ganwright_discover_suites(TARGET [TIMEOUT seconds] [SHARDS SUITE=COUNT...])
#
# Registers TARGET.SUITE with ctest for each suite of a GoogleTest program: one process a suite, not one a case, since a
# start costs more than most cases. All instances of a parameterized suite are one. A suite named by SHARDS is split into
# COUNT tests, TARGET.SUITE.1 and so on, which ctest starts first. A test that runs no case fails; a suite DISABLED_* is none.
#
# Suites are listed after the program is linked, by this file run as a script:
#   cmake -DPROGRAM=build/release/test_losses -DNAME=test_losses -DOUTPUT=suites.cmake [-DTIMEOUT=600]
#         [-DSHARDS=SUITE=COUNT,...] -P DiscoverSuites.cmake
function(ganwright_discover_suites target)
  cmake_parse_arguments(PARSE_ARGV 1 suites "" "TIMEOUT" "SHARDS")
  set(list "${CMAKE_CURRENT_BINARY_DIR}/${target}_suites.cmake")
  list(JOIN suites_SHARDS "," shards)
  set(script "${CMAKE_CURRENT_FUNCTION_LIST_FILE}")
  add_custom_command(TARGET ${target} POST_BUILD BYPRODUCTS "${list}"
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${target}> -DNAME=${target} -DOUTPUT=${list}
            -DTIMEOUT=${suites_TIMEOUT} -DSHARDS=${shards} -P "${script}"
    VERBATIM)
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${script}")
  set(include "${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake")
  file(WRITE "${include}" "if(EXISTS \"${list}\")\n  include(\"${list}\")\nelse()\n  add_test(${target}_NOT_BUILT ${target}_NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${include}")
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  return()
endif()
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${PROGRAM}" --gtest_list_tests OUTPUT_VARIABLE listing RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} --gtest_list_tests ended with ${result}")
endif()
# A suite stands at the start of a line and ends with a point: "SUITE.", "INSTANCE/SUITE." or "SUITE/0.  # TypeParam = T".
string(REGEX MATCHALL "\n[A-Za-z0-9_/]+\\.( +# TypeParam[^\n]*)?\n" lines "\n${listing}")
set(suites "")
foreach(line IN LISTS lines)
  string(REGEX MATCH "[A-Za-z0-9_/]+" instance "${line}")
  string(REGEX REPLACE "/[0-9]+$" "" suite "${instance}")
  string(REGEX REPLACE "^.*/" "" suite "${suite}")
  if(suite MATCHES "^DISABLED_")
    continue()
  endif()
  list(APPEND suites ${suite})
  list(APPEND filter_${suite} "${instance}.*")
endforeach()
if(NOT suites)
  message(FATAL_ERROR "${PROGRAM} --gtest_list_tests lists no suite")
endif()
list(REMOVE_DUPLICATES suites)

string(REPLACE "," ";" SHARDS "${SHARDS}")
foreach(shard IN LISTS SHARDS)
  string(REGEX MATCH "^([A-Za-z0-9_]+)=([0-9]+)$" matched "${shard}")
  if(NOT CMAKE_MATCH_1 IN_LIST suites)
    message(FATAL_ERROR "${NAME} has no suite for SHARDS ${shard}")
  endif()
  set(shards_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
endforeach()

set(text "")
function(add_suite name filter properties)
  string(APPEND text "add_test([=[${name}]=] [=[${PROGRAM}]=] [=[--gtest_filter=${filter}]=])\n"
         "set_tests_properties([=[${name}]=] PROPERTIES FAIL_REGULAR_EXPRESSION [=[Running 0 tests from]=]${properties})\n")
  set(text "${text}" PARENT_SCOPE)
endfunction()
set(timeout "")
if(TIMEOUT)
  set(timeout " TIMEOUT ${TIMEOUT}")
endif()
foreach(suite IN LISTS suites)
  list(JOIN filter_${suite} ":" filter)
  if(DEFINED shards_${suite})
    foreach(number RANGE 1 ${shards_${suite}})
      math(EXPR index "${number} - 1")
      add_suite(${NAME}.${suite}.${number} "${filter}"
        "${timeout} COST 50 ENVIRONMENT [=[GTEST_TOTAL_SHARDS=${shards_${suite}};GTEST_SHARD_INDEX=${index}]=]")
    endforeach()
  else()
    add_suite(${NAME}.${suite} "${filter}" "${timeout}")
  endif()
endforeach()
file(WRITE "${OUTPUT}" "${text}")
