#include "app.h"

int main(void) { return demo_log_logging_write(1) == 2 ? 0 : 1; }
