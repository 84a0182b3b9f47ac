import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * JMRTD and Bouncy Castle judge documents.
 *
 * Says "port N" on standard output and then obeys lines on standard input:
 *
 *   card                    wait for the next card to connect; answers "ok"
 *   judge TAB KEY=VALUE...  answers STEP=ok or STEP=error WHY for every step of do=, separated by
 *                           tabs; STEP=- was not reached
 *
 * Keys: do (steps, see Visit), folder, mrz (printed lines, joined by "/"), can, pace, password,
 * ca, read.
 */
final class Judge {
    private static final int CARD_MS = 20000;

    private Judge() {
    }

    public static void main(String[] arguments) throws IOException {
        // First: JMRTD asks for whatever comes first, and Java's own providers lack ciphers by its names.
        Security.insertProviderAt(new BouncyCastleProvider(), 1);
        Logger.getLogger("org.jmrtd").setLevel(Level.OFF);
        Logger.getLogger("net.sf.scuba").setLevel(Level.OFF);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setSoTimeout(CARD_MS);
            out.println("port " + listener.getLocalPort());
            VpcdCard card = null;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("card")) {
                    if (card != null) {
                        card.close();
                    }
                    card = new VpcdCard(listener.accept());
                    out.println("ok");
                } else {
                    out.println(judge(card, new Order(line)));
                }
            }
        }
    }

    private static String judge(VpcdCard card, Order order) {
        Map<String, String> outcomes = new LinkedHashMap<>();
        boolean goesOn = true;
        Visit visit = new Visit(card, order);
        for (String step : order.list("do")) {
            if (!goesOn) {
                outcomes.put(step, "-");
                continue;
            }
            try {
                visit.step(step);
                outcomes.put(step, "ok");
            } catch (Exception e) {
                outcomes.put(step, "error " + why(e));
                goesOn = !Visit.ends(step);
            }
        }
        StringBuilder line = new StringBuilder();
        outcomes.forEach((step, outcome) -> line.append(line.length() == 0 ? "" : "\t").append(step).append('=').append(outcome));
        return line.toString();
    }

    /** The whole story in one line: what was thrown, and why. */
    private static String why(Throwable thrown) {
        StringBuilder story = new StringBuilder();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            String what = t.getClass().getSimpleName() + ": " + t.getMessage();
            story.append(story.length() == 0 ? "" : " < ").append(what.replaceAll("\\s+", " "));
        }
        return story.toString();
    }
}
