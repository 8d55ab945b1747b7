/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": how far two words are apart, counted in letters that are wrong, missing, too many
 * or swapped with their neighbour (the optimal string alignment distance). A third of the letters
 * may be wrong, three at most: with more, a suggestion is a riddle. Upper and lower case, and `-`
 * for `_`, cost nothing. A word that goes on where the other ends (advert_interval, advert_int) is
 * two steps away at most. Only for words of a keyword's length; longer ones are never suggested. */
#include "conf/suggest.h"

#include <ctype.h>
#include <string.h>

#define LENGTH_MAX 48
#define PREFIX_MIN 5

static char fold(char c)
{
	return c == '-' ? '_' : (char)tolower((unsigned char)c);
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* The classic table, of which three rows are enough. */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned rows[3][LENGTH_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b_length; j++) {
		above[j] = (unsigned)j;
		before[j] = 0;
	}
	for (size_t i = 1; i <= a_length; i++) {
		unsigned *spare = before;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned same = fold(a[i - 1]) == fold(b[j - 1]) ? 0 : 1;

			row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + same);
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]) && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		before = above;
		above = row;
		row = spare;
	}
	return above[b_length];
}

unsigned suggest_distance(const char *written, const char *candidate)
{
	size_t a = strlen(written), b = strlen(candidate);
	size_t longer = a > b ? a : b, shorter = a > b ? b : a;
	size_t allowed = longer / 3 < 3 ? longer / 3 : 3;
	unsigned d;

	if (longer > LENGTH_MAX)
		return SUGGEST_NONE;
	if (shorter >= PREFIX_MIN && strncmp(written, candidate, shorter) == 0)
		return longer - shorter < 2 ? (unsigned)(longer - shorter) : 2;
	if (longer - shorter > allowed)
		return SUGGEST_NONE;
	d = distance(written, a, candidate, b);
	return d <= allowed ? d : SUGGEST_NONE;
}
