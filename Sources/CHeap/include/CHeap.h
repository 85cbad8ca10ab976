#pragma once

// How the heap deals with memory that is freed. It is settled before main; there is nothing to call.
