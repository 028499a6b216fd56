# Run as a script, after rustc: leaves of the file FILE, where rustc writes what it has read, the rule that ninja and
# make need, of the first output. Further rules, one for each file that was read, CMake takes from 3.25 on only.
file(READ "${FILE}" text)
string(FIND "${text}" ".d: " start)
string(FIND "${text}" "\n" end)
math(EXPR start "${start} + 2")
math(EXPR length "${end} - ${start}")
string(SUBSTRING "${text}" ${start} ${length} inputs)
string(REGEX REPLACE "\\.d$" "" output "${FILE}")
string(REPLACE " " "\\ " output "${output}")
file(WRITE "${FILE}" "${output}${inputs}\n")
