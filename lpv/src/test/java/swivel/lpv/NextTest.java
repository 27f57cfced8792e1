package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.A32;
import swivel.arm.InstructionSet;

class NextTest {
    @ParameterizedTest
    @CsvSource({
        "A32, eafffffe, ELSEWHERE", // b .
        "A32, 0afffffe, FOLLOWS", // beq .
        "A32, ebfffffe, RETURNS", // bl .
        "A32, e12fff1e, ELSEWHERE", // bx lr
        "A32, e12fff33, RETURNS", // blx r3
        "A32, e8bd8010, ELSEWHERE", // pop {r4, pc}
        "A32, e8bd4010, FOLLOWS", // pop {r4, lr}
        "A32, e59ff004, ELSEWHERE", // ldr pc, [pc, #4]
        "A32, e59f0004, FOLLOWS", // ldr r0, [pc, #4]
        "A32, e1b0f00e, ELSEWHERE", // movs pc, lr
        "A32, e35f0000, FOLLOWS", // cmp pc, #0
        "A32, e4b0f000, FOLLOWS", // ldrt pc, [r0], #0, which is UNPREDICTABLE
        "A32, e7f000f0, ELSEWHERE", // udf #0
        "A32, e160006e, ELSEWHERE", // eret
        "A32, 0160006e, FOLLOWS", // ereteq
        "T32, 0000e7fe, ELSEWHERE", // b .
        "T32, 0000d0fe, FOLLOWS", // beq .
        "T32, 0000b1f8, FOLLOWS", // cbz r0, …
        "T32, f7fffffe, RETURNS", // bl .
        "T32, 00004770, ELSEWHERE", // bx lr
        "T32, 0000bd10, ELSEWHERE", // pop {r4, pc}
        "T32, e8d0f001, ELSEWHERE", // tbb [r0, r1]
        "T32, f3de8f00, ELSEWHERE", // eret
    })
    void anInstructionSaysWhereTheFlowGoes(InstructionSet set, String word, Next next) {
        int bits = Integer.parseUnsignedInt(word, 16);
        assertEquals(next, Next.of(set.decode(bits), bits));
    }

    @ParameterizedTest
    @EnumSource(A32.class)
    void whatTheCheapTestKeepsBackSendsTheFlowNowhere(A32 row) {
        Random random = new Random(row.ordinal());
        for (int i = 0; i < 2000; i++) {
            int word = row.canonical(random.nextInt() | (random.nextBoolean() ? 15 << 4 * random.nextInt(8) : 0));
            A32 decoded = A32.decode(word);
            if (decoded.canonical(word) == word && !CodeFlow.mayNamePc(word)) {
                assertEquals(Next.FOLLOWS, Next.of(decoded, word), Integer.toHexString(word));
            }
        }
    }

    @Test
    void theFlowEndsAtAnEret() {
        assertTrue(CodeFlow.mayNamePc(0xe160006e));
    }

    @Test
    void mostWordsNeedNoRecord() {
        assertTrue(!CodeFlow.mayNamePc(0xe0810002)); // add r0, r1, r2
        assertTrue(!CodeFlow.mayNamePc(0xe5910004)); // ldr r0, [r1, #4]
        assertTrue(!CodeFlow.mayNamePc(0xe92d4010)); // push {r4, lr}
    }
}
