<!-- The author index; everything else is as in fusion.mrc. -->
<Main>
<IdxFName>
author.html
</IdxFName>
<AuthSort>
<Title>
$MONTH$ Archives by author
</Title>
<ListBegin>
<p><a href="thread.html">[ Thread ]</a> <a href="subject.html">[ Subject ]</a> <a href="date.html">[ Date ]</a></p>
<hr>
<ul>
</ListBegin>
