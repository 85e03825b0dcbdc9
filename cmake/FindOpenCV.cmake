# Imports the OpenCV libraries named as components, as opencv_NAME, and OpenCV_INCLUDE_DIRS. The OpenCVConfig.cmake of
# Debian insists on every library of OpenCV: 0.6 GB more to install than the three that are used.

find_path(OpenCV_INCLUDE_DIRS opencv2/core.hpp PATH_SUFFIXES opencv4)
mark_as_advanced(OpenCV_INCLUDE_DIRS)
set(opencv_libraries "")
foreach(component IN LISTS OpenCV_FIND_COMPONENTS)
  find_library(OpenCV_${component}_LIBRARY opencv_${component})
  mark_as_advanced(OpenCV_${component}_LIBRARY)
  list(APPEND opencv_libraries OpenCV_${component}_LIBRARY)
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCV
  REQUIRED_VARS ${opencv_libraries} OpenCV_INCLUDE_DIRS
  REASON_FAILURE_MESSAGE "run scripts/setup, or name the folder of an OpenCV by CMAKE_PREFIX_PATH")

foreach(component IN LISTS OpenCV_FIND_COMPONENTS)
  if(OpenCV_FOUND AND NOT TARGET opencv_${component})
    add_library(opencv_${component} UNKNOWN IMPORTED)
    set_target_properties(opencv_${component} PROPERTIES IMPORTED_LOCATION "${OpenCV_${component}_LIBRARY}")
  endif()
endforeach()
