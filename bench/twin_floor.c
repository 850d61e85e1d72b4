/* G12 by hand: the floor of a general event loop.

   Twelve stations, two classes (the first goes ahead, without pre-emption), Poisson arrivals, exponential services and
   fixed routing, written for this network alone: a binary heap of events, rings for the queues, one xoroshiro128+
   generator drawn from in turn.  Nothing here can be described by a plan; it is what the twin's kernel is measured against.

   Usage: twin_floor DAYS SEED    prints one line: CPU seconds, model events, mean wait of each station in minutes. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { STATIONS = 12, RING = 1 << 16, ROWS = 1 << 17 };

typedef struct {
    double at;
    int32_t truck; /* -1 and -2: the two sources */
} event;

typedef struct {
    double since;
    int8_t station, class;
} truck;

static event heap[ROWS];
static int events;
static truck trucks[ROWS];
static int32_t free_rows[ROWS];
static int free_count, rows;
static int32_t ring[STATIONS][2][RING];
static uint32_t head[STATIONS][2], tail[STATIONS][2];
static int used[STATIONS];
static double wait_sum[STATIONS];
static int64_t starts[STATIONS];

static const int capacity[STATIONS] = {2, 3, 6, 4, 4, 5, 4, 3, 10, 24, 6, 4};
static const double mean[STATIONS] = {1.0, 1.8, 3.6, 2.3, 11.0, 30.0, 25.0, 1.9, 6.0, 14.0, 3.7, 2.4};

static uint64_t s0, s1;

static inline double uniform(void) {
    uint64_t a = s0, b = s1, r = a + b;
    b ^= a;
    s0 = ((a << 24) | (a >> 40)) ^ b ^ (b << 16);
    s1 = (b << 37) | (b >> 27);
    return ((double)(r >> 11) + 0.5) * 0x1p-53;
}

static inline double exponential(double m) { return -m * log(uniform()); }

static inline void push(double at, int32_t who) {
    int i = events++;
    while (i > 0) {
        int p = (i - 1) >> 1;
        if (heap[p].at <= at) break;
        heap[i] = heap[p];
        i = p;
    }
    heap[i] = (event){at, who};
}

/* Put an event in the place of the earliest one: most events are followed by one more. */
static inline void replace_top(double at, int32_t who) {
    int i = 0, c;
    while ((c = 2 * i + 1) < events) {
        if (c + 1 < events && heap[c + 1].at < heap[c].at) c++;
        if (at <= heap[c].at) break;
        heap[i] = heap[c];
        i = c;
    }
    heap[i] = (event){at, who};
}

static inline void remove_top(void) {
    events--;
    if (events > 0) replace_top(heap[events].at, heap[events].truck);
}

static inline int route(int station) {
    double u;
    switch (station) {
    case 3:
        u = uniform();
        return u < 0.67 ? 7 : u < 0.89 ? 4 : u < 0.97 ? 5 : 6;
    case 4:
        u = uniform();
        return u < 0.75 ? 7 : u < 0.85 ? 5 : 6;
    case 5:
        return uniform() < 0.60 ? 7 : 6;
    case 6:
        return 7;
    case 11:
        return -1;
    default:
        return station + 1;
    }
}

/* Events to schedule in one step: the first takes the place of the event that is being executed. */
static int placed;

static inline void schedule(double at, int32_t who) {
    if (placed) {
        push(at, who);
    } else {
        replace_top(at, who);
        placed = 1;
    }
}

static inline void arrive(int32_t who, int station, double now) {
    truck *t = &trucks[who];
    t->station = (int8_t)station;
    if (used[station] < capacity[station]) {
        used[station]++;
        starts[station]++;
        schedule(now + exponential(mean[station]), who);
    } else {
        t->since = now;
        ring[station][t->class][tail[station][t->class]++ & (RING - 1)] = who;
    }
}

static inline void leave(int station, double now) {
    int k = head[station][0] != tail[station][0] ? 0 : 1;
    if (head[station][k] == tail[station][k]) {
        used[station]--;
        return;
    }
    int32_t who = ring[station][k][head[station][k]++ & (RING - 1)];
    wait_sum[station] += now - trucks[who].since;
    starts[station]++;
    schedule(now + exponential(mean[station]), who);
}

int main(int argc, char **argv) {
    double until = (argc > 1 ? atof(argv[1]) : 30.0) * 1440.0;
    s0 = 0x9E3779B97F4A7C15u * (uint64_t)(argc > 2 ? atoll(argv[2]) : 1);
    s1 = s0 ^ 0xD2B74407B1CE6E93u;
    double gap[2] = {1440.0 / (2000.0 * 0.2), 1440.0 / (2000.0 * 0.8)};
    int64_t done = 0;
    clock_t from = clock();
    push(exponential(gap[0]), -1);
    push(exponential(gap[1]), -2);
    while (heap[0].at < until) {
        double now = heap[0].at;
        int32_t who = heap[0].truck;
        done++;
        placed = 0;
        if (who < 0) {
            int class = -1 - who;
            schedule(now + exponential(gap[class]), who);
            int32_t row = free_count ? free_rows[--free_count] : rows++;
            trucks[row].class = (int8_t)class;
            arrive(row, 0, now);
        } else {
            int station = trucks[who].station, next;
            leave(station, now);
            next = route(station);
            if (next < 0)
                free_rows[free_count++] = who;
            else
                arrive(who, next, now);
        }
        if (!placed) remove_top();
    }
    printf("%.6f %lld", (double)(clock() - from) / CLOCKS_PER_SEC, (long long)done);
    for (int i = 0; i < STATIONS; i++) printf(" %.4f", wait_sum[i] / (double)starts[i]);
    printf("\n");
    return 0;
}
