package swivel.lpv;

import java.nio.file.Files;
import java.nio.file.Path;

final class Try {
    public static void main(String[] args) throws Exception {
        for (int i = 0; i < (args.length > 2 ? 20 : 1); i++) {
            byte[] file = Files.readAllBytes(Path.of(args[0]));
            long t0 = System.nanoTime();
            GuestImage image = GuestImage.read(file, args[0]);
            long t1 = System.nanoTime();
            RewriteReport report = image.rewrite();
            long t2 = System.nanoTime();
            if (i == 0) {
                System.out.println(image.format() + " " + image.linkAddress().isPresent() + " "
                        + Integer.toHexString(image.linkAddress().orElse(0)) + " symbols "
                        + image.symbols().size());
                System.out.print(report.text());
            }
            System.out.printf(
                    "read %d us, rewrite %d us, left %d%n",
                    (t1 - t0) / 1000, (t2 - t1) / 1000, image.scan().size());
            RewriteReport again = GuestImage.read(image.bytes(), args[0]).rewrite();
            if (i == 0) System.out.print(again.text());
            if (args.length > 1) Files.write(Path.of(args[1]), image.bytes());
        }
    }
}
