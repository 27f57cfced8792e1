package swivel.cpu.fp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.cpu.FpRegisters;
import swivel.cpu.ir.MicroInfo;
import swivel.cpu.ir.MicroOp;

/** A row's operands are those that its function writes and reads. */
class ScalarOperationTest {
    private static final int D = 4;
    private static final int A = 9;
    private static final int B = 14;

    private final SplittableRandom random = new SplittableRandom(1);
    private final FpContext context = new FpContext();

    @ParameterizedTest
    @EnumSource
    void onlyOperandsAreWrittenAndRead(ScalarOperation row) {
        long written = row.written(D);
        long read = row.read(D, A, B);
        assertEquals(written, MicroInfo.wordsWritten(MicroOp.FP, D, row.code(0)));
        long changed = 0;
        for (int i = 0; i < 2000; i++) {
            FpRegisters first = new FpRegisters();
            for (int n = 0; n < FpRegisters.REGISTERS; n++) {
                first.words()[n] = number();
            }
            FpRegisters before = new FpRegisters();
            before.copy(first);
            FpRegisters second = new FpRegisters();
            second.copy(first);
            for (int n = 0; n < FpRegisters.REGISTERS; n++) {
                if ((read >>> n & 1) == 0) {
                    second.words()[n] = number();
                }
            }
            FpRegisters others = new FpRegisters();
            others.copy(second);
            int parameter = parameter(row);
            ScalarOperation.execute(row.code(parameter), D, A, B, first, context);
            ScalarOperation.execute(row.code(parameter), D, A, B, second, context);
            assertEquals(first.words()[FpRegisters.NZCV], second.words()[FpRegisters.NZCV]);
            assertEquals(first.words()[FpRegisters.FPSCR], second.words()[FpRegisters.FPSCR]);
            for (int n = 0; n < FpRegisters.REGISTERS; n++) {
                boolean isWritten = (written >>> n & 1) != 0;
                int expected = isWritten ? first.words()[n] : others.words()[n];
                assertEquals(expected, second.words()[n], "word " + n);
                changed |= first.words()[n] != before.words()[n] ? 1L << n : 0;
            }
        }
        assertEquals(written, changed);
    }

    private int number() {
        return random.nextInt(4) != 0 ? Float.floatToRawIntBits((float) random.nextDouble(-9, 9)) : random.nextInt();
    }

    private int parameter(ScalarOperation row) {
        if (row.name().contains("FIXED")) {
            return ScalarOperation.fixed(random.nextBoolean() ? 16 : 32, random.nextBoolean(), random.nextInt(16));
        }
        return row.name().contains("F16") ? 16 * random.nextInt(2) : random.nextInt(2);
    }
}
