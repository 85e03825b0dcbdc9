# Writes text files of a folder as string constants of a C++ source file; page.html becomes ganwright::kPageHtml:
#   cmake -DOUTPUT=page_text.cpp -DHEADER=report/page_text.h -DFOLDER=src/report -DNAMES=page.html,page.css
#         -P embed_text.cmake
set(source "#include \"${HEADER}\"\n\nnamespace ganwright {\n")
string(REPLACE "," ";" names "${NAMES}")
foreach(name IN LISTS names)
  string(REGEX REPLACE "[._-]" ";" words "${name}")
  set(constant k)
  foreach(word IN LISTS words)
    string(SUBSTRING "${word}" 0 1 first)
    string(SUBSTRING "${word}" 1 -1 rest)
    string(TOUPPER "${first}" first)
    string(APPEND constant "${first}${rest}")
  endforeach()
  file(READ "${FOLDER}/${name}" text)
  string(APPEND source "\nconst std::string_view ${constant} = R\"EMBEDDED(${text})EMBEDDED\";\n")
endforeach()
file(WRITE "${OUTPUT}" "${source}\n}  // namespace ganwright\n")
