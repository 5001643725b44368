#define LANES 8
#define VARIANT generic
#include "templates/all.h"
