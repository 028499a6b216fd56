/* Prints what each argument stands for. Nothing in here knows that the decoder may fall over. */
#include "reader.h"

#include <stdio.h>

int main(int argc, char **argv) {
  int wrong = 0;
  for (int i = 1; i < argc; i++) {
    reader_string_t code, problem;
    sample_containment_decoding_decoded_t decoded;
    reader_string_set(&code, argv[i]);
    if (sample_containment_decoding_decode(&code, &decoded, &problem)) {
      printf("%s: %.*s (text %u of its decoder)\n", argv[i], (int)decoded.text.len, (const char *)decoded.text.ptr,
             decoded.count);
      sample_containment_decoding_decoded_free(&decoded);
    } else {
      printf("%s: %.*s\n", argv[i], (int)problem.len, (const char *)problem.ptr);
      reader_string_free(&problem);
      wrong = 1;
    }
  }
  return wrong;
}
