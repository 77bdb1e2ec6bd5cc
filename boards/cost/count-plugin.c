/* A QEMU plugin that counts the instructions executed between marks, exactly and repeatably. Usage:
 *
 *     -plugin count-plugin.so,begin=ADDRESS,pause=ADDRESS,resume=ADDRESS,end=ADDRESS[,round=N]
 *
 * An instruction counts when it runs while counting is on; the marks' own instructions are the same in every round, and
 * cases without work tell how many they are. At each end one line goes to stderr. QEMU's plugin interface, version 1,
 * is declared here as far as it is used, because no package carries its header. */

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*translated_t)(qemu_plugin_id_t, struct qemu_plugin_tb*);
typedef void (*executed_t)(unsigned, void*);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, translated_t call);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn*, executed_t call, int flags, void* data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb*);
struct qemu_plugin_insn* qemu_plugin_tb_get_insn(const struct qemu_plugin_tb*, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn*);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

static uint64_t counted, pauses;
static bool isCounting;

/* With round=N the N-th round, from 0, is told instruction by instruction: how often each address ran. */
#define CODE_OCTETS (1u << 20)
static uint64_t profiled = UINT64_MAX, rounds;
static uint32_t ran[CODE_OCTETS / 2];
static struct {
  const char* name;
  uint64_t address;
} marks[] = {{"begin=", 0}, {"pause=", 0}, {"resume=", 0}, {"end=", 0}};
enum { BEGIN, PAUSE, RESUME, END, MARKS };

static void count(unsigned processor, void* data) {
  (void)processor;
  counted += isCounting;
  if (isCounting && rounds == profiled) ran[(uintptr_t)data / 2 % (CODE_OCTETS / 2)] += 1;
}

static void tell_profile(void) {
  for (uint32_t i = 0; i < CODE_OCTETS / 2; i += 1) {
    if (ran[i] > 0) fprintf(stderr, "at 0x%x %u\n", 2 * i, ran[i]);
  }
}

static void end_round(void) {
  fprintf(stderr, "counted %" PRIu64 " pauses %" PRIu64 "\n", counted, pauses);
  if (rounds == profiled) tell_profile();
  rounds += 1;
}

static void pass_mark(unsigned processor, void* data) {
  (void)processor;
  const uintptr_t mark = (uintptr_t)data;
  if (mark == BEGIN) counted = pauses = 0;
  if (mark == PAUSE) pauses += 1;
  isCounting = mark == BEGIN || mark == RESUME;
  if (mark == END) end_round();
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
  (void)id;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i += 1) {
    struct qemu_plugin_insn* const instruction = qemu_plugin_tb_get_insn(block, i);
    const uint64_t address = qemu_plugin_insn_vaddr(instruction);
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, count, 0, (void*)(uintptr_t)address);
    for (uintptr_t mark = 0; mark < MARKS; mark += 1) {
      if (address == marks[mark].address) qemu_plugin_register_vcpu_insn_exec_cb(instruction, pass_mark, 0, (void*)mark);
    }
  }
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const void* info, int count, char** words) {
  (void)info;
  for (int i = 0; i < count; i += 1) {
    for (uintptr_t mark = 0; mark < MARKS; mark += 1) {
      const size_t length = strlen(marks[mark].name);
      if (strncmp(words[i], marks[mark].name, length) == 0) marks[mark].address = strtoull(words[i] + length, NULL, 0);
    }
    if (strncmp(words[i], "round=", 6) == 0) profiled = strtoull(words[i] + 6, NULL, 0);
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  return 0;
}
