# What `cmake --install build/release --prefix PREFIX` installs; `--component NAME` takes a part of it:
#
#   program   bin/ganwright and the libraries that it loads, presets, man page, completion for bash and zsh
#   losses    ganwright::losses, from an f to a differentiable loss, for other programs
#   models    ganwright::models, the Transformer pair, for other programs
#
# LibTorch is none of it: the program finds it where it was when it was built.

set(plugin_folder "${CMAKE_INSTALL_LIBDIR}/ganwright")
file(RELATIVE_PATH plugins_from_program "/${CMAKE_INSTALL_BINDIR}" "/${plugin_folder}")
set_target_properties(ganwright PROPERTIES INSTALL_RPATH "$ORIGIN/${plugins_from_program};${LibTorch_RPATH}")
install(TARGETS ganwright RUNTIME COMPONENT program)
foreach(plugin ganwright_window ganwright_video ganwright_cuda)
  if(TARGET ${plugin})
    set_target_properties(${plugin} PROPERTIES INSTALL_RPATH "${LibTorch_RPATH}")
    install(TARGETS ${plugin} LIBRARY DESTINATION "${plugin_folder}" COMPONENT program)
  endif()
endforeach()
install(DIRECTORY configs DESTINATION "${CMAKE_INSTALL_DATADIR}/ganwright" COMPONENT program)

# The program prints its manual and its completion from its tables of options. In a folder of their own: the completion of
# bash has the name of the program.
set(help_folder "${CMAKE_BINARY_DIR}/help")
file(MAKE_DIRECTORY "${help_folder}")
function(ganwright_install_help flag folder name)
  install(CODE "
    execute_process(COMMAND \"$<TARGET_FILE:ganwright>\" help ${flag}
                    OUTPUT_FILE \"${help_folder}/${name}\" RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
      message(FATAL_ERROR \"ganwright help ${flag} ended with \${result}\")
    endif()
    file(INSTALL \"${help_folder}/${name}\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${folder}\")"
    COMPONENT program)
endfunction()
ganwright_install_help(--man "${CMAKE_INSTALL_MANDIR}/man1" ganwright.1)
ganwright_install_help(--bash "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" ganwright)
ganwright_install_help(--zsh "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" _ganwright)

# The libraries, as a CMake package: examples/ shows the use of both.
include(CMakePackageConfigHelpers)
set(package "${CMAKE_INSTALL_LIBDIR}/cmake/ganwright")
configure_package_config_file(cmake/ganwright-config.cmake.in "${CMAKE_BINARY_DIR}/ganwright-config.cmake"
                              INSTALL_DESTINATION "${package}")
write_basic_package_version_file("${CMAKE_BINARY_DIR}/ganwright-config-version.cmake" COMPATIBILITY SameMinorVersion)

function(ganwright_install_library component)
  list(TRANSFORM ARGN PREPEND "ganwright_" OUTPUT_VARIABLE libraries)
  install(TARGETS ${libraries} EXPORT ganwright-${component} ARCHIVE COMPONENT ${component})
  install(EXPORT ganwright-${component} NAMESPACE ganwright:: DESTINATION "${package}" COMPONENT ${component})
  install(DIRECTORY ${component} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/ganwright" COMPONENT ${component}
          FILES_MATCHING PATTERN "*.h")
  install(FILES cmake/FindLibTorch.cmake "${CMAKE_BINARY_DIR}/ganwright-config.cmake"
                "${CMAKE_BINARY_DIR}/ganwright-config-version.cmake"
          DESTINATION "${package}" COMPONENT ${component})
endfunction()
ganwright_install_library(losses text formula numeric interval divergence objective analysis losses)
ganwright_install_library(models models)
