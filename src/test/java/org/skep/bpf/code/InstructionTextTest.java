package org.skep.bpf.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Instructions that programs of the tests do not happen to have, as the verifier writes them. */
class InstructionTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "00000000_0008_12_bf | r2 = (s8)r1",
        "00000000_0010_12_bc | w2 = (s16)w1",
        "00000005_0001_02_37 | r2 s/= 5",
        "00000005_0001_02_97 | r2 s%= 5",
        "00000000_0000_02_87 | r2 = -r2",
        "00000010_0000_02_dc | r2 = be16 r2",
        "00000010_0000_02_d4 | r2 = le16 r2",
        "00000010_0000_02_d7 | r2 = bswap16 r2",
        "00000000_0004_12_91 | r2 = *(s8 *)(r1 +4)",
        "00000017_0000_00_30 | r0 = *(u8 *)skb[23]",
        "00000004_0000_60_48 | r0 = *(u16 *)skb[r6 + 4]",
        "00000007_0000_00_06 | gotol pc+7",
        "00000000_0003_00_e5 | may_goto pc+3",
        "fffffffb_fffd_01_66 | if w1 s> -5 goto pc-3",
        "00000004_0002_01_45 | if r1 & 4 goto pc+2",
        "000000e1_0000_12_db | r1 = atomic64_xchg((u64 *)(r2 +0), r1)",
        "00000041_0000_12_c3 | r1 = atomic_fetch_or((u32 *)(r2 +0), r1)",
        "00000100_0008_12_db | r2 = load_acquire((u64 *)(r1 +8))",
        "00000110_0008_12_db | store_release((u64 *)(r2 +8), r1)",
        "00000007_fff8_0a_62 | *(u32 *)(r10 -8) = 7",
        "00000000_0000_00_ff | unknown instruction 0xff",
      })
  void writesAsTheVerifierDoes(String word, String text) {
    long[] words = {Long.parseUnsignedLong(word.replace("_", ""), 16)};
    assertEquals(text, InstructionText.of(words, 0, InstructionText.Names.NONE));
  }
}
