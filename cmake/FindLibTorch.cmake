# Imports LibTorch from the PyPI wheel (or an unpacked LibTorch) without TorchConfig.cmake, which demands nvcc.
#
#   LIBTORCH                a folder with include/ and lib/: an unpacked LibTorch or the wheel's `torch` folder
#                           (CMake or environment variable; default: the project's .venv)
#   LibTorch::LibTorch      headers and libtorch_cpu alone
#   LibTorch::Cuda          CUDA headers and libtorch_cuda; only where LibTorch_CUDA_FOUND

set(LIBTORCH "$ENV{LIBTORCH}" CACHE PATH "Folder of an unpacked LibTorch or of the wheel's torch package")
set(libtorch_root "${LIBTORCH}")
if(NOT libtorch_root)
  file(GLOB libtorch_root "${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch")
endif()

find_path(LibTorch_INCLUDE_DIR torch/csrc/api/include/torch/torch.h PATHS "${libtorch_root}/include"
          NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu PATHS "${libtorch_root}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 PATHS "${libtorch_root}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_CUDA_LIBRARY torch_cuda PATHS "${libtorch_root}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_C10_CUDA_LIBRARY c10_cuda PATHS "${libtorch_root}/lib" NO_DEFAULT_PATH)
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_CUDA_LIBRARY
                 LibTorch_C10_CUDA_LIBRARY)

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
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run scripts/setup, or set LIBTORCH to an unpacked LibTorch")

# CUDA code needs the CUDA runtime's headers: from the wheels beside torch, or from an installed toolkit.
set(LibTorch_CUDA_FOUND FALSE)
if(LibTorch_FOUND)
  get_filename_component(libtorch_site "${LibTorch_INCLUDE_DIR}/../.." ABSOLUTE)
  set(libtorch_nvidia "${libtorch_site}/nvidia")
  find_path(LibTorch_CUDA_RUNTIME_INCLUDE cuda_runtime_api.h
            PATHS "${libtorch_nvidia}/cu13/include" /usr/local/cuda/include NO_DEFAULT_PATH)
  find_path(LibTorch_CUDA_CRT_INCLUDE crt/host_defines.h
            PATHS "${libtorch_nvidia}/cu13/include" /usr/local/cuda/include NO_DEFAULT_PATH)
  mark_as_advanced(LibTorch_CUDA_RUNTIME_INCLUDE LibTorch_CUDA_CRT_INCLUDE)
  file(GLOB libtorch_cublas "${libtorch_nvidia}/cu13/lib/libcublas.so*" /usr/local/cuda/lib64/libcublas.so*)
  if(LibTorch_CUDA_LIBRARY AND LibTorch_CUDA_RUNTIME_INCLUDE AND LibTorch_CUDA_CRT_INCLUDE AND libtorch_cublas)
    set(LibTorch_CUDA_FOUND TRUE)
  endif()
endif()

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  get_filename_component(libtorch_lib "${LibTorch_CPU_LIBRARY}" DIRECTORY)
  file(GLOB libtorch_wheel_libs LIST_DIRECTORIES true "${libtorch_nvidia}/*/lib")
  set(LibTorch_RPATH "${libtorch_lib}" ${libtorch_wheel_libs})

  add_library(LibTorch::C10 UNKNOWN IMPORTED)
  set_target_properties(LibTorch::C10 PROPERTIES IMPORTED_LOCATION "${LibTorch_C10_LIBRARY}")
  add_library(LibTorch::LibTorch UNKNOWN IMPORTED)
  set_target_properties(LibTorch::LibTorch PROPERTIES
    IMPORTED_LOCATION "${LibTorch_CPU_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES
      "${LibTorch_INCLUDE_DIR};${LibTorch_INCLUDE_DIR}/torch/csrc/api/include"
    INTERFACE_LINK_LIBRARIES LibTorch::C10
    # The wheel's own libraries refer to CUDA libraries that a CPU set does not hold.
    INTERFACE_LINK_OPTIONS "LINKER:--allow-shlib-undefined")

  if(LibTorch_CUDA_FOUND)
    add_library(LibTorch::C10Cuda UNKNOWN IMPORTED)
    set_target_properties(LibTorch::C10Cuda PROPERTIES IMPORTED_LOCATION "${LibTorch_C10_CUDA_LIBRARY}")
    add_library(LibTorch::Cuda UNKNOWN IMPORTED)
    set_target_properties(LibTorch::Cuda PROPERTIES
      IMPORTED_LOCATION "${LibTorch_CUDA_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES
        "${LibTorch_CUDA_RUNTIME_INCLUDE};${LibTorch_CUDA_CRT_INCLUDE};${LibTorch_CUDA_RUNTIME_INCLUDE}/cccl;${libtorch_nvidia}/nccl/include"
      INTERFACE_LINK_LIBRARIES "LibTorch::C10Cuda;LibTorch::LibTorch")
  endif()
endif()
