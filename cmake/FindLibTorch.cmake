# Imports LibTorch from the PyPI wheel (or an unpacked LibTorch) without TorchConfig.cmake, which demands nvcc.
#
#   LIBTORCH                a folder with include/ and lib/: an unpacked LibTorch or the wheel's `torch` folder
#                           (CMake or environment variable, which wins and is remembered; default: the project's .venv)
#   LibTorch::LibTorch      headers and libtorch_cpu alone
#   LibTorch::Cuda          CUDA headers and libtorch_cuda; only where LibTorch_CUDA_FOUND

set(LIBTORCH "" CACHE PATH "Folder of an unpacked LibTorch or of the wheel's torch package")
if(NOT "$ENV{LIBTORCH}" STREQUAL "")
  set(LIBTORCH "$ENV{LIBTORCH}" CACHE PATH "" FORCE)
endif()
set(libtorch_root "${LIBTORCH}")
if(NOT libtorch_root)
  file(GLOB libtorch_root "${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch")
endif()

# Looked up anew each time: scripts/setup may have exchanged what is there.
find_path(LibTorch_INCLUDE_DIR torch/csrc/api/include/torch/torch.h PATHS "${libtorch_root}/include"
          NO_DEFAULT_PATH NO_CACHE)
foreach(name torch_cpu c10 torch_cuda c10_cuda)
  find_library(LibTorch_${name}_LIBRARY ${name} PATHS "${libtorch_root}/lib" NO_DEFAULT_PATH NO_CACHE)
endforeach()

set(libtorch_version_header "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
if(EXISTS "${libtorch_version_header}")
  foreach(part MAJOR MINOR PATCH)
    file(STRINGS "${libtorch_version_header}" libtorch_line REGEX "#define TORCH_VERSION_${part} [0-9]+")
    string(REGEX MATCH "[0-9]+$" libtorch_${part} "${libtorch_line}")
  endforeach()
  set(LibTorch_VERSION "${libtorch_MAJOR}.${libtorch_MINOR}.${libtorch_PATCH}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run scripts/setup, or set LIBTORCH to an unpacked LibTorch")

# CUDA code needs the headers of the CUDA runtime: from the wheels beside torch where it is a wheel (never mixed with
# those of a toolkit, which may be of another version), from an installed toolkit where it is an unpacked LibTorch.
set(LibTorch_CUDA_FOUND FALSE)
if(LibTorch_FOUND)
  get_filename_component(libtorch_nvidia "${LibTorch_INCLUDE_DIR}/../../nvidia" ABSOLUTE)
  if(EXISTS "${libtorch_nvidia}")
    set(libtorch_cuda_root "${libtorch_nvidia}/cu13")
  else()
    set(libtorch_cuda_root /usr/local/cuda)
  endif()
  file(GLOB libtorch_cublas "${libtorch_cuda_root}/lib*/libcublas.so*")
  if(LibTorch_torch_cuda_LIBRARY AND LibTorch_c10_cuda_LIBRARY AND libtorch_cublas
     AND EXISTS "${libtorch_cuda_root}/include/cuda_runtime_api.h"
     AND EXISTS "${libtorch_cuda_root}/include/crt/host_defines.h")
    set(LibTorch_CUDA_FOUND TRUE)
  endif()
endif()

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  get_filename_component(libtorch_lib "${LibTorch_torch_cpu_LIBRARY}" DIRECTORY)
  file(GLOB libtorch_wheel_libs LIST_DIRECTORIES true "${libtorch_nvidia}/*/lib")
  set(LibTorch_RPATH "${libtorch_lib}" ${libtorch_wheel_libs})

  # LibTorch brings its own copy of fmt, newer than the one that the system's spdlog was made for, in the same
  # folder as its headers: links to everything else keep the two apart.
  set(libtorch_headers "${CMAKE_BINARY_DIR}/libtorch-include")
  file(MAKE_DIRECTORY "${libtorch_headers}")
  file(GLOB libtorch_entries RELATIVE "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/*")
  list(REMOVE_ITEM libtorch_entries fmt)
  foreach(entry IN LISTS libtorch_entries)
    file(CREATE_LINK "${LibTorch_INCLUDE_DIR}/${entry}" "${libtorch_headers}/${entry}" SYMBOLIC)
  endforeach()

  add_library(LibTorch::C10 UNKNOWN IMPORTED)
  set_target_properties(LibTorch::C10 PROPERTIES IMPORTED_LOCATION "${LibTorch_c10_LIBRARY}")
  add_library(LibTorch::LibTorch UNKNOWN IMPORTED)
  set_target_properties(LibTorch::LibTorch PROPERTIES
    IMPORTED_LOCATION "${LibTorch_torch_cpu_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES
      "${libtorch_headers};${libtorch_headers}/torch/csrc/api/include"
    INTERFACE_LINK_LIBRARIES LibTorch::C10
    # The wheel's own libraries refer to CUDA libraries that a CPU set does not hold.
    INTERFACE_LINK_OPTIONS "LINKER:--allow-shlib-undefined")

  if(LibTorch_CUDA_FOUND)
    set(libtorch_cuda_includes "")
    foreach(folder "${libtorch_cuda_root}/include" "${libtorch_cuda_root}/include/cccl" "${libtorch_nvidia}/nccl/include")
      if(EXISTS "${folder}")
        list(APPEND libtorch_cuda_includes "${folder}")
      endif()
    endforeach()
    add_library(LibTorch::C10Cuda UNKNOWN IMPORTED)
    set_target_properties(LibTorch::C10Cuda PROPERTIES IMPORTED_LOCATION "${LibTorch_c10_cuda_LIBRARY}")
    add_library(LibTorch::Cuda UNKNOWN IMPORTED)
    set_target_properties(LibTorch::Cuda PROPERTIES
      IMPORTED_LOCATION "${LibTorch_torch_cuda_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${libtorch_cuda_includes}"
      INTERFACE_LINK_LIBRARIES "LibTorch::C10Cuda;LibTorch::LibTorch")
  endif()
endif()
